import PlimsollCore

/// How the network treats the bytes of one connection.
public struct LinkSettings: Sendable {
    /// Nanoseconds from sending to arriving, drawn for each segment; order is kept.
    public var latency: ClosedRange<Int64> = 20_000...60_000
    /// Bytes that one direction holds (the sender's and the receiver's socket buffers together).
    public var windowBytes = 128 * 1024
    /// How bytes are cut on their way.
    public var segments = Segmentation.random
    /// How likely a send takes only a part of what it could.
    public var partialSends = 0.2
    /// How likely a reset discards bytes that its victim has not read yet.
    public var resetsLoseBytes = 0.5

    public enum Segmentation: Sendable, CaseIterable {
        /// Bytes sent together arrive together.
        case none
        /// Cut at random places.
        case random
        /// The connection's first bytes arrive one by one, the rest cut at random.
        case singleBytes
    }

    public init() {}

    /// A network without surprises: nothing is cut, nothing is partial.
    public static var smooth: LinkSettings {
        var settings = LinkSettings()
        settings.segments = .none
        settings.partialSends = 0
        return settings
    }

    /// Some network: every trait drawn anew.
    public static func drawn(with chance: inout Chance) -> LinkSettings {
        var settings = LinkSettings()
        let base = Int64(1000) << chance.within(0...9)
        settings.latency = base...(base * Int64(chance.within(1...4)))
        settings.windowBytes = 1 << chance.within(11...18)
        settings.segments = chance.pick(Segmentation.allCases)
        settings.partialSends = chance.pick([0, 0.1, 0.6])
        return settings
    }

    /// How many of `count` bytes travel as the next segment; `position` bytes went before
    /// them.
    func segmentCount(of count: Int, after position: Int, with chance: inout Chance) -> Int {
        switch segments {
        case .none: count
        case .singleBytes where position < 1000: 1
        case .random, .singleBytes:
            chance.happens(0.4) ? count : chance.within(1...count)
        }
    }
}
