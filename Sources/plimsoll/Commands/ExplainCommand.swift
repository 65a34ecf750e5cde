import PlimsollIO

/// `plimsoll explain`: asks a running daemon what it decided about a request.
enum ExplainCommand {
    static func perform(id: String, admin: String?) -> ExitCode {
        let answer: AdminClient.Answer
        do {
            let address = try AdminClient.address(admin ?? AdminClient.standardAddress)
            answer = try AdminClient.get(
                "/explain?format=text&id=\(AdminClient.encoded(id))", from: address)
        } catch {
            StandardStream.error.write("plimsoll: the daemon cannot be asked: \(error)\n")
            return .unavailable
        }
        switch answer.status {
        case 200:
            StandardStream.output.write(answer.body)
            return .success
        case 404 where answer.body.isEmpty:
            StandardStream.error.write(
                "plimsoll: nothing is known of \(id): it passed without waiting long, or so much "
                    + "was decided since that its record is gone\n")
            return .warnings
        default:
            StandardStream.error.write(
                "plimsoll: the daemon answered \(answer.status): \(answer.body)")
            return .unavailable
        }
    }
}
