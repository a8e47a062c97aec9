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
        let arguments = Array(CommandLine.arguments.dropFirst())
        let status = runReactor { _ in
            inlineCallbacks { throw SystemExit(await Dig(arguments).run()) }
        }
        StandardOutput.shared.flush()
        exit(status)
    }

    private let arguments: [String]
    private var status: Int32 = 0

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
        try checkFamilies()
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
        let channels = Channels(parser.settings, sharesDatagrams: false)
        for lookup in parser.lookups {
            let run = LookupRun(
                lookup, Printer(settings: parser.settings, out: Output()), channels)
            await run.run()
            if let status = run.status { self.status = status }
        }
        channels.close()
    }

    private func parser(
        _ words: [String], _ source: CommandLineParser.Source, _ settings: Settings,
        _ defaults: Lookup
    ) async -> CommandLineParser {
        var addresses: [String: [IPAddress]] = [:]
        for name in Server.names(in: words) {
            addresses[name] = try? await DNSResolver.shared.lookup(name).value
        }
        return CommandLineParser(
            words, source, settings: settings, defaults: defaults, addresses: addresses,
            isFirst: true)
    }

    /// The words of a line of a file.
    static func words(_ line: some StringProtocol) -> [String] {
        line.split { " \t\r\n".contains($0) }.map { String($0) }
    }

    // MARK: What has to be known first

    private func checkFamilies() throws(CommandLineParser.Stop) {
        let letters = arguments.filter { $0.hasPrefix("-") }.map { argument in
            argument.dropFirst().prefix { "46dFhimnruv".contains($0) }
        }
        if letters.contains(where: { $0.contains("4") }),
            letters.contains(where: { $0.contains("6") })
        {
            throw .fatal("only one of -4 and -6 allowed", status: 1)
        }
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
