import Testing
import ToolKit
import ToolOptions

@Suite
struct OctetCountTests {
    @Test(
        "a number, perhaps with a unit of 1024",
        arguments: [
            ("0", 0), ("1000", 1000), ("64k", 65_536), ("64K", 65_536), ("10M", 10 << 20),
            ("2G", 2 << 30), ("1t", 1 << 40), ("9223372036854775807", .max),
        ])
    func numbers(_ text: String, _ octets: Int) {
        #expect(OctetCount(argument: text)?.octets == octets)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "k", "-1", "+1", "1.5M", "1kk", "1 k", "0x10", "1b", "٣", "9223372036854775808",
            "9223372036854775807k", "10000000T",
        ])
    func mistakes(_ text: String) { #expect(OctetCount(argument: text) == nil) }

    @Test("it is written with the largest unit that leaves it whole")
    func written() {
        for text in ["0", "1", "1023", "1k", "1025", "1536k", "10M", "3G", "1T"] {
            #expect(OctetCount(argument: text)?.description == text)
        }
    }
}
