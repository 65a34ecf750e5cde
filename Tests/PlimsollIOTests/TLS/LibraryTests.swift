import COpenSSL
import Testing

@Suite struct LibraryTests {
    @Test func `OpenSSL 3 is linked`() {
        #expect(OPENSSL_version_major() == 3)
    }
}
