/// An option with a plus, as ``Usage/help`` tells of it.
///
/// What is told there is so the one place where an option is described.
struct UsageOption {
    /// Whether there is a form with `no`.
    var hasNo = false
    /// What stands for the value; nil without one.
    var value: String?
    /// Whether the value may not be left out.
    var needsValue = false
    var description = ""

    /// All that are told of, by name.
    static let all: [String: UsageOption] = {
        var all: [String: UsageOption] = [:]
        var waiting: [(name: String, option: UsageOption)] = []
        for line in Usage.help.split(separator: "\n")
        where line.first(where: { $0 != " " }) == "+" {
            // What stands in parentheses behind white space tells what the options before it do.
            let start = line.firstIndex(of: "(") ?? line.endIndex
            let words = line[..<start].split { $0 == " " || $0 == "," }
            waiting += words.filter { $0.hasPrefix("+") }.map { read($0) }
            // Names with the same meaning go on in the next line.
            guard start != line.endIndex || !line.hasSuffix(",") else { continue }
            let told = line[start...].dropFirst().prefix { $0 != ")" }
            let parts = told.split(separator: ";")
            let description = parts.first.map(String.init) ?? ""
            for part in parts.dropFirst() {
                let first = part.split(separator: " ").first ?? ""
                if first.hasPrefix("+") { waiting.append(read(first)) }
            }
            for (name, var option) in waiting {
                option.description = description
                all[name] = option
            }
            waiting = []
        }
        return all
    }()

    /// Reads a word such as `+[no]edns[=###]`.
    private static func read(_ word: Substring) -> (name: String, option: UsageOption) {
        var option = UsageOption()
        var rest = word.dropFirst()
        if rest.hasPrefix("[no]") {
            option.hasNo = true
            rest = rest.dropFirst(4)
        }
        let name = rest.prefix { $0 != "[" && $0 != "=" && $0 != "," }
        rest = rest.dropFirst(name.count)
        option.needsValue = rest.hasPrefix("=")
        if let equals = rest.firstIndex(of: "=") {
            option.value = String(rest[equals...].dropFirst().prefix { $0 != "]" && $0 != "[" })
        }
        return (String(name), option)
    }
}
