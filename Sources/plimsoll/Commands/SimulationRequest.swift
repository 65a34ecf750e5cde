/// What `plimsoll sim` was asked for.
struct SimulationRequest: Equatable {
    var configurationPath: String
    /// A second configuration that is held against the first.
    var otherConfigurationPath: String?
    var trafficPath: String
    /// In place of the one in the traffic description.
    var seed: UInt64?
    /// "-": standard output.
    var jsonPath: String?
    /// As for `jsonPath`.
    var svgPath: String?

    /// Whether standard output is for a program, so that the text for people goes elsewhere.
    var takesOutput: Bool { jsonPath == "-" || svgPath == "-" }
}
