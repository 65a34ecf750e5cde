import PlimsollCore
import Testing

@Suite struct AddressRangeTextTests {
    @Test(arguments: [
        "10.0.0.0/8", "0.0.0.0/0", "192.0.2.7", "192.0.2.0/31", "128.0.0.0/1", "::/0", "8000::/1",
        "2001:db8::/33", "2001:db8::/64", "2001:db8:0:0:8000::/65", "::1", "fe80::/127",
    ])
    func `a block is written as it was read`(_ text: String) throws {
        let block = try #require(AddressRange(parsing: text))
        #expect(AddressRange(parsing: block.description) == block)
        if !text.contains("0:0") { #expect(block.description == text) }
    }
}
