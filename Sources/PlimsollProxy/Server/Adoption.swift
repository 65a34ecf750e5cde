import PlimsollIO
import Synchronization

/// A configuration on its way into force: tells the server once every loop goes on by it.
public final class Adoption: Sendable {
    private let generation: UInt64
    private let loopsLeft: Atomic<Int>
    private let commands: Mailbox<ServerCommand>

    /// - Parameter loops: that are to take it, at least 1.
    init(generation: UInt64, loops: Int, commands: Mailbox<ServerCommand>) {
        precondition(loops >= 1, "a configuration is adopted by a loop at least")
        self.generation = generation
        self.commands = commands
        loopsLeft = Atomic(loops)
    }

    /// One more loop has it. Called once by each.
    func taken() {
        let left = loopsLeft.subtract(1, ordering: .relaxed).newValue
        precondition(left >= 0, "a loop adopted a configuration twice")
        if left == 0 {
            commands.post(.adopted(generation: generation))
        }
    }
}
