#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Colours for people who read messages on a terminal.
enum Paint {
    private static let comment = Array("\u{1b}[2m".utf8)
    private static let good = Array("\u{1b}[32m".utf8)
    private static let bad = Array("\u{1b}[31m".utf8)
    private static let type = Array("\u{1b}[36m".utf8)
    private static let end = Array("\u{1b}[0m".utf8)

    /// Whether standard output is a terminal whose user has nothing against colours.
    ///
    /// See no-color.org for the variable.
    static var isWelcome: Bool {
        let isRefused = unsafe getenv("NO_COLOR") != nil
        let terminal = unsafe getenv("TERM").map { unsafe String(cString: $0) }
        return isatty(1) == 1 && !isRefused && terminal != "dumb"
    }

    /// The text of a message, painted: comments dim, types and the status stand out.
    static func message(_ text: [UInt8]) -> [UInt8] {
        var painted: [UInt8] = []
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            paint(line, to: &painted)
            painted.append(UInt8(ascii: "\n"))
        }
        painted.removeLast()
        return painted
    }

    private static func paint(_ line: ArraySlice<UInt8>, to painted: inout [UInt8]) {
        guard line.first != UInt8(ascii: ";") else {
            let status = Array("status: ".utf8)
            guard let place = line.indices.first(where: { line[$0...].starts(with: status) }) else {
                painted += line.isEmpty ? [] : comment + line + end
                return
            }
            let start = place + status.count
            let stop = line[start...].firstIndex(of: UInt8(ascii: ",")) ?? line.endIndex
            let isGood = line[start..<stop].elementsEqual("NOERROR".utf8)
            painted += comment + line[..<start] + end + (isGood ? good : bad) + line[start..<stop]
            painted += end + comment + line[stop...] + end
            return
        }
        // A record: the type is the word before the rdata, behind the class.
        let columns = line.split(separator: UInt8(ascii: "\t"), maxSplits: 4)
        guard let column = columns.last(where: isType), column.startIndex > line.startIndex else {
            painted += line
            return
        }
        painted += line[..<column.startIndex] + type + column + end + line[column.endIndex...]
    }

    /// Whether a column is a mnemonic of a type and not of a class.
    private static func isType(_ column: ArraySlice<UInt8>) -> Bool {
        guard let first = column.first, first &- 65 < 26 else { return false }
        return column.allSatisfy { $0 &- 65 < 26 || $0 &- 48 < 10 || $0 == UInt8(ascii: "-") }
            && !["IN", "CH", "HS"].contains { $0.utf8.elementsEqual(column) }
    }
}
