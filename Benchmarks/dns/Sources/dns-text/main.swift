/// Parses the messages of a file, each behind its length in two octets, and prints them: again and
/// again for a second each, and then the microseconds for one message.
import Foundation
import Twine

let octets = [UInt8](try Data(contentsOf: URL(filePath: CommandLine.arguments[1])))
var framer = DNSFramer()
framer.receive(octets.span)
var messages: [[UInt8]] = []
while let message = framer.nextMessage() { messages.append(message) }

func measure(
    _ name: String, _ messages: [[UInt8]], _ work: ([UInt8]) throws -> Int
) throws {
    let clock = ContinuousClock()
    let start = clock.now
    var rounds = 0
    var sum = 0
    repeat {
        for message in messages { sum += try work(message) }
        rounds += 1
    } while clock.now - start < .seconds(1)
    let time = clock.now - start
    let micros = Double(time.components.seconds) * 1e6 + Double(time.components.attoseconds) / 1e12
    print("RESULT \(name) \(micros / Double(rounds * messages.count)) \(sum / rounds)")
}

try measure("parse", messages) { try DNSMessage.parse($0.span).answer.count }
try measure("parse-print", messages) { try DNSMessage.parse($0.span).text().utf8.count }
try measure("parse-serialize", messages) { try DNSMessage.parse($0.span).serialize().count }
