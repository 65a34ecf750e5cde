import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollSimulation

/// `plimsoll sim`: what would happen to traffic under a configuration, or under two.
enum SimulateCommand {
    private typealias Run = (label: String, result: RehearsalResult)

    static func perform(_ request: SimulationRequest) -> ExitCode {
        guard var traffic = loadTraffic(request.trafficPath) else { return .invalidConfiguration }
        if let seed = request.seed { traffic.seed = seed }
        let paths =
            [request.configurationPath] + (request.otherConfigurationPath.map { [$0] } ?? [])
        var configurations: [Configuration] = []
        for path in paths {
            let loaded = ConfigurationLoader.load(path: path)
            StandardStream.error.write(loaded.report)
            guard let configuration = loaded.configuration else { return .invalidConfiguration }
            configurations.append(configuration)
        }
        do {
            var log: AccessLog?
            if let settings = traffic.log {
                log = try readLog(settings.file, beside: request.trafficPath)
            }
            var runs: [Run] = []
            for (path, configuration) in zip(labels(of: paths), configurations) {
                var result = try Rehearsal(configuration, traffic, log: log).run()
                if let log, log.skippedCount > 0 {
                    result.notes.append(
                        "\(log.skippedCount) lines of the log are none of an access log, the "
                            + "first on line \(log.firstSkipped)")
                }
                runs.append((path, result))
            }
            return write(runs, traffic, request)
        } catch {
            StandardStream.error.write("plimsoll: \(error)\n")
            return .invalidConfiguration
        }
    }

    // MARK: What goes in

    private static func loadTraffic(_ path: String) -> TrafficSettings? {
        // An access log can be given as it is: a line of it begins like no line of TOML.
        if case .success(let bytes) = ConfigurationFile.read(path, bytesMaximum: 1),
            bytes.first == UInt8(ascii: "{")
        {
            var traffic = TrafficSettings()
            let name = path.split(separator: "/").last.map(String.init) ?? path
            traffic.log = TrafficLog(file: name)
            return traffic
        }
        let loaded = TrafficLoader.load(path: path)
        StandardStream.error.write(loaded.report)
        return loaded.traffic
    }

    private static func readLog(
        _ file: String, beside trafficPath: String
    ) throws(RehearsalError) -> AccessLog {
        var path = file
        if !file.hasPrefix("/"), let slash = trafficPath.lastIndex(of: "/") {
            path = "\(trafficPath[...slash])\(file)"
        }
        switch ConfigurationFile.read(path, bytesMaximum: logBytesMaximum) {
        case .success(let bytes): return try AccessLog(bytes, file: path)
        case .failure(let fault):
            throw RehearsalError(description: "\(path): \(fault.rule); \(fault.fix)")
        }
    }

    /// A log is held in memory.
    private static var logBytesMaximum: Int { 2 << 30 }

    /// What two configurations are called in tables: their files' names, whole paths where those
    /// are the same.
    private static func labels(of paths: [String]) -> [String] {
        let names = paths.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        return Set(names).count == names.count ? names : paths
    }

    // MARK: What comes out

    private static func write(
        _ runs: [Run], _ traffic: TrafficSettings, _ request: SimulationRequest
    ) -> ExitCode {
        let report = RehearsalReport(runs).text
        if request.takesOutput {
            StandardStream.error.write(report)
        } else {
            StandardStream.output.write(report)
        }
        var files: [(path: String, text: String)] = []
        if let path = request.jsonPath { files.append((path, RehearsalJSON(runs).text)) }
        if let path = request.svgPath {
            let chart = RehearsalChart(
                runs, objectiveNanoseconds: traffic.objective.wholeNanoseconds)
            files.append((path, chart.svg))
        }
        for file in files {
            guard file.path != "-" else {
                StandardStream.output.write(file.text)
                continue
            }
            guard TextFile.write(file.text, to: file.path) else {
                StandardStream.error.write("plimsoll: \(file.path) cannot be written\n")
                return .softwareFailure
            }
        }
        return .success
    }
}
