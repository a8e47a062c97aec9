import ToolKit
import TwineCore
import TwineDNS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The program: asks name servers, as dig does.
@Reactor
final class Dig {
    nonisolated static let name = "swift-dig"
    /// What the program calls itself where dig tells its version.
    nonisolated static let banner = "swift-dig 0.1.0"

    nonisolated static func main() -> Never {
        let arguments = Self.arguments
        let status = runReactor { _ in
            inlineCallbacks { throw SystemExit(await Dig(arguments).run()) }
        }
        StandardOutput.shared.flush()
        exit(status)
    }

    /// The words of the command line; octets that are no UTF-8 are escaped, as names have them.
    nonisolated private static var arguments: [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { place in
            guard let word = unsafe CommandLine.unsafeArgv[place] else { return nil }
            let octets = unsafe UnsafeBufferPointer(start: word, count: strlen(word))
                .map { UInt8(bitPattern: $0) }
            if let text = String(validating: octets, as: UTF8.self) { return text }
            return octets.reduce(into: "") { text, octet in
                text += octet < 0x80 ? String(Unicode.Scalar(octet)) : "\\\(octet)"
            }
        }
    }

    private let arguments: [String]
    private var status: Int32 = 0
    private var addresses: [String: [IPAddress]] = [:]

    private init(_ arguments: [String]) { self.arguments = arguments }

    private func run() async -> Int32 {
        do throws(CommandLineParser.Stop) {
            try await work()
            return status
        } catch {
            StandardOutput.shared.flush()
            switch error {
            case .fatal(let text, let status):
                StandardError.write("\(Self.name): \(text)\n")
                return status
            case .invalidOption(let option):
                StandardError.write("Invalid option: \(option)\n\(Usage.short)\(Usage.hint)")
                return 1
            case .usage:
                StandardError.write("\(Usage.short)\(Usage.hint)")
                return 1
            case .text(let text):
                StandardOutput.shared.write(text)
                return 0
            case .status(let status): return status
            }
        }
    }

    private func work() async throws(CommandLineParser.Stop) {
        let resolvConf = SystemText.read("/etc/resolv.conf")
        var settings = SystemServers.settings(resolvConf)
        var defaults = Lookup()
        defaults.tries = SystemServers.tries(resolvConf)
        defaults.setsAuthenticData = true
        defaults.edns = 0
        defaults.sendsCookie = true
        if environment("IDN_DISABLE") == nil {
            defaults.isInternationalIn = true
            defaults.isInternationalOut = isatty(1) == 1
        }
        try chooseFamilies(&settings)
        if let home = environment("HOME"), !skipsConfiguration(),
            let text = SystemText.read("\(home)/.digrc")
        {
            for line in text.split(whereSeparator: \.isNewline) {
                var parser = await parser(Self.words(line), .configuration, settings, defaults)
                try parser.parse()
                (settings, defaults) = (parser.settings, parser.defaults)
            }
        }
        var parser = await parser(arguments, .arguments, settings, defaults)
        try parser.parse()
        parser.settings.key = try KeyFiles.key(parser.settings)
        let printer = Printer(settings: parser.settings, out: Output())
        if let seconds = parser.settings.bench {
            guard parser.batchFile == nil else {
                throw .fatal("+bench asks what the command line says, not a file", status: 1)
            }
            status = await Measurement(parser.lookups, printer, seconds: seconds).run()
            return
        }
        let channels = Channels(parser.settings, sharesDatagrams: false)
        var status = RunStatus()
        for lookup in parser.lookups {
            // As in dig, what is no name ends it all.
            guard await status.carryOut(lookup, printer, channels) else { throw .status(10) }
        }
        channels.close()
        if let path = parser.batchFile {
            let batch = Batch(
                path, parser.settings, parser.defaults, isFirst: parser.isFirst
            ) { await self.resolve($0) }
            try await batch.run()
            status.add(batch.status)
        }
        self.status = status.value
    }

    private func parser(
        _ words: [String], _ source: CommandLineParser.Source, _ settings: Settings,
        _ defaults: Lookup
    ) async -> CommandLineParser {
        CommandLineParser(
            words, source, settings: settings, defaults: defaults,
            addresses: await resolve(Server.names(in: words)), isFirst: true)
    }

    /// Finds the addresses of servers that are given by names.
    private func resolve(_ names: [String]) async -> [String: [IPAddress]] {
        for name in names where addresses[name] == nil {
            do {
                addresses[name] = try await DNSResolver.shared.lookup(name).value
            } catch {
                // A failure is no answer to whether it has some.
                if !Failure.isTransient(error) { addresses[name] = [] }
            }
        }
        return addresses
    }

    /// The words of a line of a file.
    static func words(_ line: Substring) -> [String] {
        let octets = line.utf8.span
        var words: [String] = []
        var start = line.startIndex
        var wordLength = 0
        for place in 0...octets.count {
            if place < octets.count, !isBlank(octets[place]) {
                wordLength += 1
                continue
            }
            let end = line.utf8.index(start, offsetBy: wordLength)
            if wordLength > 0 { words.append(String(line[start..<end])) }
            wordLength = 0
            if place < octets.count { start = line.utf8.index(after: end) }
        }
        return words
    }

    private static func isBlank(_ octet: UInt8) -> Bool {
        octet == 0x20 || octet == 0x09 || octet == 0x0d || octet == 0x0a
    }

    // MARK: What has to be known first

    private func chooseFamilies(_ settings: inout Settings) throws(CommandLineParser.Stop) {
        let letters = arguments.filter { $0.hasPrefix("-") }.map { argument in
            argument.dropFirst().prefix { "46dFhimnruv".contains($0) }
        }
        let wants4 = letters.contains { $0.contains("4") }
        let wants6 = letters.contains { $0.contains("6") }
        if wants4, wants6 { throw .fatal("only one of -4 and -6 allowed", status: 1) }
        if wants4 { settings.hasAddressesOf6 = false }
        if wants6 { settings.hasAddressesOf4 = false }
    }

    private func skipsConfiguration() -> Bool {
        arguments.contains { argument in
            argument.hasPrefix("-")
                && argument.dropFirst().prefix { "46dFhimnruv".contains($0) }.contains("r")
        }
    }

    private func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
