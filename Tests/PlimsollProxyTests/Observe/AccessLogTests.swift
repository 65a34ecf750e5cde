import Glibc
import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import Testing

@testable import PlimsollProxy

/// The log from an exchange's facts to bytes in a pipe or file.
struct AccessLogTests {
    private struct Pipe: ~Copyable {
        let reading: FileDescriptor
        var writing: Int32
    }

    private func makePipe() throws -> Pipe {
        var ends: [Int32] = [-1, -1]
        try SystemCall.check("pipe") { pipe(&ends) }
        return Pipe(reading: FileDescriptor(owning: ends[0]), writing: ends[1])
    }

    private func readLine(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1, byte != 0x0A { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func append(_ log: inout AccessLogBuffer, target: String, startedAt: Int64 = 0) {
        let bytes = Array(target.utf8)
        bytes.withUnsafeBytes { target in
            log.append(
                .sample(startedAt: startedAt), target: target,
                host: UnsafeRawBufferPointer(start: nil, count: 0),
                peer: SocketAddress(v4: 0x7F00_0001, port: 4_711))
        }
    }

    private func makeLog(_ writer: LogWriter?) -> AccessLogBuffer {
        AccessLogBuffer(writer: writer, names: SeriesNames()) {
            WallTime(seconds: 784_111_777, nanoseconds: 5_000)
        }
    }

    private func expectNothingBuffered(_ log: borrowing AccessLogBuffer) {
        let next = log.nextFlush
        #expect(next == .distantFuture)
    }

    @Test func `an exchange is one JSON line`() throws {
        let pipe = try makePipe()
        let writer = try LogWriter(
            to: .standardOutput, descriptor: FileDescriptor(owning: pipe.writing),
            chunksMaximum: 2)
        var log = makeLog(writer)
        expectNothingBuffered(log)
        append(&log, target: "/a\"b")
        let due = log.nextFlush
        let isEarly = log.isDue(Instant(nanoseconds: 1_002_999_999))
        #expect(due == Instant(nanoseconds: 1_003_000_000))
        #expect(!isEarly)
        log.flush(Instant(nanoseconds: 1_003_000_000))
        expectNothingBuffered(log)
        let line = readLine(pipe.reading.rawValue)
        #expect(
            line.hasPrefix("{\"time\":\"1994-11-06T08:49:37.000005Z\",\"id\":\""), "\(line)")
        #expect(
            line.hasSuffix(
                "\"peer\":\"127.0.0.1:4711\",\"method\":\"GET\",\"host\":\"\","
                    + "\"target\":\"/a\\\"b\",\"protocol\":\"HTTP/1.1\",\"status\":200,"
                    + "\"reason\":\"none\",\"attempts\":1,\"reused\":false,"
                    + "\"received_bytes\":10,\"sent_bytes\":1000,\"seconds\":0.003000,"
                    + "\"upstream_seconds\":0.002000}"), "\(line)")
        writer.finish(until: .distantFuture)
        #expect(writer.writtenLines == 1)
    }

    @Test func `a refused head is a line with what is known of it`() throws {
        let pipe = try makePipe()
        let writer = try LogWriter(
            to: .standardOutput, descriptor: FileDescriptor(owning: pipe.writing),
            chunksMaximum: 2)
        var log = makeLog(writer)
        var random = RandomSource(seed: 1)
        log.append(
            HeadRefusal(
                status: 431, fault: .headMalformed, details: "head too large",
                requestID: RequestID(&random), headBytes: 16_385, sentBytes: 300,
                refusedAt: Instant(nanoseconds: 0)),
            peer: SocketAddress(v4: 0x7F00_0001, port: 4_711))
        log.flush(Instant(nanoseconds: 0))
        let line = readLine(pipe.reading.rawValue)
        #expect(line.hasPrefix("{\"time\":\"1994-11-06T08:49:37.000005Z\",\"id\":\""), "\(line)")
        #expect(
            line.hasSuffix(
                "\"peer\":\"127.0.0.1:4711\",\"status\":431,\"reason\":\"head-malformed\","
                    + "\"details\":\"head too large\",\"head_bytes\":16385,\"sent_bytes\":300}"),
            "\(line)")
        writer.finish(until: .distantFuture)
    }

    @Test func `a pipe that nobody reads costs lines, not time`() throws {
        let pipe = try makePipe()
        let writer = try LogWriter(
            to: .standardOutput, descriptor: FileDescriptor(owning: pipe.writing),
            chunksMaximum: 3)
        var log = makeLog(writer)
        // Three chunks and the pipe hold less than a megabyte; this is more than two.
        let target = "/" + String(repeating: "x", count: 1_000)
        let lines = 2_000
        let began = MonotonicClock.now
        for index in 0..<lines {
            append(&log, target: target, startedAt: Int64(index))
        }
        log.flush(Instant(nanoseconds: 0))
        #expect(MonotonicClock.now.nanoseconds(since: began) < 5_000_000_000)
        #expect(writer.droppedLines > 1_000)
        // Once somebody reads, all that was kept comes out, whole.
        writer.finish(until: MonotonicClock.now)
        var read = 0
        while read < lines - writer.droppedLines {
            #expect(readLine(pipe.reading.rawValue).hasSuffix("}"))
            read += 1
        }
        writer.finish(until: .distantFuture)
        #expect(writer.writtenLines + writer.droppedLines == lines)
    }

    @Test func `a reader that has left costs lines, and they are counted`() throws {
        signal(SIGPIPE, SIG_IGN)
        let writer: LogWriter
        do {
            let pipe = try makePipe()
            writer = try LogWriter(
                to: .standardOutput, descriptor: FileDescriptor(owning: pipe.writing),
                chunksMaximum: 2)
        }
        var log = makeLog(writer)
        append(&log, target: "/")
        log.flush(Instant(nanoseconds: 0))
        writer.finish(until: .distantFuture)
        #expect(writer.droppedLines == 1)
        #expect(writer.failureCount == 1)
    }

    @Test func `a file is opened again by its name`() throws {
        let path = "/tmp/plimsoll-log-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        defer {
            unlink(path)
            unlink(path + ".1")
        }
        let writer = try LogWriter(to: .file(path: path), chunksMaximum: 2)
        var log = makeLog(writer)
        append(&log, target: "/first")
        log.flush(Instant(nanoseconds: 0))
        while writer.writtenLines < 1 { sched_yield() }
        #expect(rename(path, path + ".1") == 0)
        writer.reopen()
        while access(path, F_OK) != 0 { sched_yield() }
        append(&log, target: "/second")
        log.flush(Instant(nanoseconds: 0))
        writer.finish(until: .distantFuture)
        let first = String(
            decoding: try FileText.read(path + ".1", bytesMaximum: 4_096), as: UTF8.self)
        let second = String(decoding: try FileText.read(path, bytesMaximum: 4_096), as: UTF8.self)
        #expect(first.contains("/first") && !first.contains("/second"))
        #expect(second.contains("/second") && !second.contains("/first"))
    }

    @Test func `a log that is off has nothing to flush`() {
        var log = AccessLogBuffer()
        let isEnabled = log.isEnabled
        #expect(!isEnabled)
        append(&log, target: "/")
        expectNothingBuffered(log)
    }

    @Test func `a long target is cut, and says so`() throws {
        let pipe = try makePipe()
        let writer = try LogWriter(
            to: .standardOutput, descriptor: FileDescriptor(owning: pipe.writing),
            chunksMaximum: 2)
        var log = makeLog(writer)
        let most = AccessLogBuffer.textBytesMaximum
        append(&log, target: String(repeating: "a", count: most))
        append(&log, target: String(repeating: "a", count: most + 1))
        log.flush(Instant(nanoseconds: 0))
        #expect(!readLine(pipe.reading.rawValue).contains("a…"))
        #expect(readLine(pipe.reading.rawValue).contains("a…\",\"protocol\""))
        writer.finish(until: .distantFuture)
    }
}
