import PlimsollConfig
import PlimsollCore
import PlimsollHTTP

extension PlanListener {
    /// Settings in the units of the loops.
    init(_ settings: ListenerSettings, shared: SharedListener) {
        self.init(
            name: settings.name, shared: shared,
            limits: HeadLimits(headBytesMaximum: settings.headBytesMaximum),
            fieldsMaximum: settings.fieldsMaximum,
            headNanoseconds: settings.headTimeout.wholeNanoseconds,
            idleNanoseconds: settings.idleTimeout.wholeNanoseconds,
            bodyIdleNanoseconds: settings.bodyIdleTimeout.wholeNanoseconds,
            lingerNanoseconds: settings.lingerTimeout.wholeNanoseconds,
            tunnelIdleNanoseconds: settings.tunnelIdleTimeout.wholeNanoseconds,
            bodyBytesMaximum: settings.bodyBytesMaximum ?? .max,
            minimumRate: settings.minimumBodyRate, ambiguousPaths: settings.ambiguousPaths,
            sendsForwarded: settings.sendsForwarded)
    }
}
