// The records of a zone file, complete and one a line, and what is wrong in it:
// `example-check-zone example.org FILE`.
import Foundation
import Twine

let arguments = CommandLine.arguments
guard arguments.count == 3 else { fatalError("usage: example-check-zone ORIGIN FILE") }

func octets(_ path: String) -> [UInt8]? {
    (try? Data(contentsOf: URL(filePath: path))).map { [UInt8]($0) }
}
guard let text = octets(arguments[2]) else { fatalError("\(arguments[2]) cannot be read") }

var zone = ZoneReader(text, origin: try DNSName(arguments[1]), include: octets)
var errors = 0
while true {
    do {
        guard let record = try zone.next() else { break }
        print(record)
    } catch {
        print("; \(error)")
        errors += 1
    }
}
exit(errors == 0 ? 0 : 1)
