/// The torture suite: what adaptive limits are known to fail at.
extension LimitScenario {
    /// All of them, in the order of docs/decisions/0006.
    public static let torture: [LimitScenario] = [
        overload, coldStart, lowBeginning, highBeginning, capacitySteps, tenfoldSteps, slowdown,
        degradation, mixedRoutes, stall, constantTimeouts, halfErrors, herd, hour,
    ]

    /// 0.5 times the capacity, then twice.
    public static let overload = LimitScenario("overload 2x", seconds: 12, demand: 320)
        .demanding(1_280, from: 2)

    /// Twice the capacity from the first moment.
    public static let coldStart = LimitScenario("cold start 2x", seconds: 12, demand: 1_280)

    /// As before, with a limit far too low.
    public static let lowBeginning = LimitScenario("initial limit 1", seconds: 14, demand: 1_280)
        .beginning(at: 1)

    /// As before, with a limit far too high.
    public static let highBeginning = LimitScenario(
        "initial limit 200", seconds: 16, demand: 1_280
    ).beginning(at: 200)

    /// Half the slots, then four times as many.
    public static let capacitySteps = LimitScenario("slots 16, 8, 32", seconds: 38, demand: 960)
        .changing(CapacityChange(slots: 8), at: 14)
        .changing(CapacityChange(slots: 32), at: 26)

    /// A tenth of the slots for a while, of a service that takes 62.5 ms.
    public static let tenfoldSteps = LimitScenario(
        "slots 40, 4, 40", seconds: 60, slots: 40,
        service: .lognormal(meanNanoseconds: 62_500_000, sigma: 0.5), demand: 960
    )
    .changing(CapacityChange(slots: 4), at: 10)
    .changing(CapacityChange(slots: 40), at: 35)

    /// Ten times slower for 15 s: as many in flight as before is right, although latency says ten
    /// times too many.
    public static let slowdown = LimitScenario("10x slower for 15 s", seconds: 44, demand: 512)
        .changing(CapacityChange(scale: 10), at: 8)
        .changing(CapacityChange(scale: 1), at: 23)

    /// Half as slow again for half a minute, under overload.
    public static let degradation = LimitScenario("1.5x slower for 30 s", seconds: 70, demand: 768)
        .changing(CapacityChange(scale: 1.5), at: 10)
        .changing(CapacityChange(scale: 1), at: 40)

    /// Nine of ten requests are quick, one is very slow.
    public static let mixedRoutes = LimitScenario(
        "bimodal 2x", seconds: 60, service: mixed, demand: 1_280)

    /// No answer for a second, then all the late ones at once.
    public static let stall = LimitScenario("stall of 0.9 s", seconds: 20, demand: 960)
        .changing(CapacityChange(mode: .hang), at: 6)
        .changing(CapacityChange(mode: .work), at: 6.9)

    /// Ten seconds of which nothing comes back in time.
    public static let constantTimeouts = LimitScenario(
        "timeouts for 10 s", seconds: 40, demand: 960
    )
    .changing(CapacityChange(mode: .hang), at: 6)
    .changing(CapacityChange(mode: .work), at: 16)

    /// Half of the answers are 503, whatever is in flight.
    public static let halfErrors = LimitScenario("half 503 for 20 s", seconds: 40, demand: 960)
        .changing(
            CapacityChange(errorShare: 0.5, errorStatus: 503, errorsTakeTime: true), at: 6
        )
        .changing(CapacityChange(errorShare: 0), at: 26)

    /// Five times slower at first, well within four seconds, while four times as many as it can
    /// carry come.
    public static let herd = LimitScenario("slow-start herd", seconds: 30, demand: 2_560)
        .scaling(from: 5, to: 1, between: 0, and: 4)

    /// A tenth too much, for an hour.
    public static let hour = LimitScenario(
        "1.1x for an hour", seconds: 3_600,
        service: .lognormal(meanNanoseconds: 100_000_000, sigma: 0.5), demand: 176)
}
