import Glibc
import PlimsollCore
import PlimsollIO
import Synchronization
import Testing

@Suite struct SignalReaderTests {
    @Test func `signals of a thread are read in place of being obeyed`() throws {
        // On a thread of its own: the signals stay blocked on it, and are sent to it alone.
        let heard = Mutex<[Signal?]>([])
        let thread = try LoopThread(name: "signals") {
            guard let reader = try? SignalReader() else { return }
            let none = try? reader.next()
            pthread_kill(pthread_self(), SIGHUP)
            try? DescriptorWait.untilReadable([reader.descriptor], deadline: .distantFuture)
            let reload = try? reader.next()
            pthread_kill(pthread_self(), SIGINT)
            let terminate = try? reader.next()
            pthread_kill(pthread_self(), SIGUSR1)
            let reopen = try? reader.next()
            heard.withLock { $0 = [none, reload, terminate, reopen] }
        }
        thread.join()
        #expect(heard.withLock { $0 } == [nil, .reload, .terminate, .reopenLogs])
    }
}
