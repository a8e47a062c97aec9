// The records of a zone file, complete and one a line, and what is wrong in it:
// `example-check-zone example.org FILE`.
import Foundation
import Twine

func stop(_ reason: String) -> Never {
    FileHandle.standardError.write(Data("example-check-zone: \(reason)\n".utf8))
    exit(2)
}

let arguments = CommandLine.arguments
guard arguments.count == 3 else { stop("usage: example-check-zone ORIGIN FILE") }

func octets(_ path: String) -> [UInt8]? {
    (try? Data(contentsOf: URL(filePath: path))).map { [UInt8]($0) }
}
guard let origin = try? DNSName(arguments[1]) else { stop("\(arguments[1]) is no name") }
guard let text = octets(arguments[2]) else { stop("\(arguments[2]) cannot be read") }

var zone = ZoneReader(text, origin: origin, include: octets)
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
