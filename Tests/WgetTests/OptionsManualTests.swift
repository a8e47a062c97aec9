import Foundation
import Testing

@testable import swift_wget

/// The manual page, against the table of commands.
@Suite(.tags(.wget))
struct OptionsManualTests {
    /// The page, or nil where the tests do not lie beside it.
    private static let page: String? = {
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        return try? String(
            contentsOf: folder.appendingPathComponent("man/swift-wget.1"), encoding: .utf8)
    }()

    /// The long options that the page names, and where it explains them.
    private static func options(_ page: String, onlyItems: Bool = false) -> Set<String> {
        let lines = page.split(separator: "\n").filter { !onlyItems || $0.hasPrefix(".It") }
        return Set(
            lines.flatMap { line in
                line.split(separator: " ").filter { $0.hasPrefix("-") && $0.count > 2 }
                    .map { String($0.dropFirst()) }
            })
    }

    @Test("each option is told of")
    func options() throws {
        let page = try #require(Self.page)
        let named = Self.options(page)
        for command in Command.all {
            guard let option = command.option else { continue }
            #expect(named.contains(option) || named.contains("no-\(option)"), "--\(option)")
        }
    }

    @Test("what has help is explained in an entry of its own, in the form that the help has")
    func entries() throws {
        let named = Self.options(try #require(Self.page), onlyItems: true)
        for command in Command.all where command.support == .full {
            guard let option = command.option else { continue }
            if command.help != nil { #expect(named.contains(option), "--\(option)") }
            if command.noHelp != nil { #expect(named.contains("no-\(option)"), "--no-\(option)") }
        }
    }

    @Test("nothing is explained that there is not")
    func noOthers() throws {
        for name in Self.options(try #require(Self.page), onlyItems: true) {
            #expect(Command.forms(of: Octets(name)).contains { $0.name == name }, "--\(name)")
        }
    }

    @Test("each letter is told with its option")
    func letters() throws {
        let page = try #require(Self.page)
        for command in Command.all where command.help != nil {
            guard let option = command.option, let letter = command.letter else { continue }
            #expect(page.contains(".It Fl \(letter) , Fl -\(option)"), "-\(letter)")
        }
        for letter in "vcdHp" {
            #expect(page.contains(".It Fl n\(letter) , Fl -no-"), "-n\(letter)")
        }
    }

    @Test("each setting whose name is not the option's is told of")
    func settings() throws {
        let page = try #require(Self.page)
        let words = Set(page.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        for command in Command.all {
            guard let setting = command.setting,
                setting != command.option?.filter({ $0 != "-" })
            else { continue }
            #expect(words.contains(setting), "\(setting)")
        }
    }

    @Test("each status of wget's is explained, and each variable")
    func statuses() throws {
        let page = try #require(Self.page)
        for status in 0...8 { #expect(page.contains("\n.It \(status)\n")) }
        let variables = [
            "http_proxy", "no_proxy", "WGETRC", "WGET_ASKPASS", "POSIXLY_CORRECT", "HOME",
        ]
        for variable in variables { #expect(page.contains("Ev \(variable)"), "\(variable)") }
    }
}
