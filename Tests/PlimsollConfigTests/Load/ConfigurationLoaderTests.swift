import PlimsollConfig
import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct ConfigurationLoaderTests {
    @Test func `one listener and one upstream are a whole configuration`() throws {
        let loaded = try configuration(
            """
            [[listener]]
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            """)
        var route = RouteSettings(path: .prefix("/"), action: .upstream("app"))
        route.line = 2
        let address = try #require(SocketAddress(parsing: "127.0.0.1:9000"))
        #expect(
            loaded
                == Configuration(
                    listeners: [ListenerSettings(name: "listener-1", address: .defaultListener)],
                    routes: [route],
                    upstreams: [
                        UpstreamSettings(
                            name: "app",
                            endpoints: [
                                EndpointSettings(address: .socket(address), text: "127.0.0.1:9000")
                            ])
                    ]), "defaults of the list of keys and of the types are the same")
    }

    @Test func `the file that the benchmark writes loads`() throws {
        let loaded = try configuration(
            """
            [server]
            loops = 1

            [[listener]]
            name = "bench"
            address = "127.0.0.1:22000"
            limits = { connections = 12345 }

            [[route]]
            path_prefix = "/"
            upstream = "origin"

            [upstream.origin]
            endpoints = ["127.0.0.1:22001"]
            """)
        #expect(loaded.server.loops == .exactly(1))
        #expect(loaded.listeners.map(\.name) == ["bench"])
        #expect(loaded.listeners.map(\.connectionsMaximum) == [12_345])
        #expect(loaded.routes.map(\.action) == [.upstream("origin")])
    }
}
