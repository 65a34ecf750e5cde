import PlimsollCore
import PlimsollIO
import PlimsollProxy
import PlimsollSimulation
import Testing

/// Readers that do not read while buffers are scarce: they go before anybody is refused.
@Suite struct ScarceBuffersTests {
    /// Bytes of a body that outgrows every socket buffer on the way.
    private static let longBody = 4 << 20
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private func makeScene() throws -> RawScene {
        let scene = try RawScene(buffers: 64)
        scene.whenAsked = { upstream in
            if scene.requestCount <= 40 {
                upstream.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.longBody)\r\n\r\n")
                upstream.write(String(repeating: "x", count: Self.longBody))
            } else {
                upstream.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        return scene
    }

    private func evictions(_ scene: RawScene) -> Int {
        scene.proxy.loops[0].metrics.value(of: .slowReadersEvicted)
    }

    @Test func `readers that sit on all buffers make room for others within seconds`() throws {
        let scene = try makeScene()
        let slow = (0..<40).map { _ in
            let client = scene.connect(sending: Self.get)
            client.stopReading()
            return client
        }
        #expect(scene.run(.seconds(5)) { evictions(scene) > 0 })
        #expect(scene.run(.seconds(1)) { scene.proxy.loops[0].buffers.available >= 8 })
        // Until the loop has judged its strain anew.
        _ = scene.run(.seconds(1)) { false }
        let late = scene.connect(sending: Self.get)
        #expect(scene.run(.seconds(1)) { late.text.hasSuffix("ok") })
        #expect(late.statuses == [200])
        #expect(slow.count > evictions(scene), "no more than it takes")
    }

    @Test func `with buffers to spare a reader may take its time`() throws {
        let scene = try makeScene()
        let slow = (0..<8).map { _ in
            let client = scene.connect(sending: Self.get)
            client.stopReading()
            return client
        }
        #expect(!scene.run(.seconds(4)) { slow.contains { $0.hasEnded } })
        #expect(evictions(scene) == 0)
    }

    @Test func `what lies behind an answer spoils its connection, however it is read`() throws {
        // Head and body fill one receive to the last byte, so that the rest stays in the socket.
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 65000\r\nX: "
        let filler = String(repeating: "f", count: 65_536 - 65_000 - head.utf8.count - 4)
        let answer = head + filler + "\r\n\r\n" + String(repeating: "b", count: 65_000)
        let scene = try RawScene()
        scene.whenAsked = { upstream in
            guard scene.requestCount == 1 else {
                return upstream.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe")
            }
            upstream.write(answer + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
        }
        let client = scene.connect(sending: Self.get + Self.get)
        #expect(scene.run(.seconds(5)) { client.statuses.count == 2 })
        #expect(client.text.hasSuffix("safe"))
    }
}
