/// The links that `--spider -r` finds to lead nowhere.
struct BrokenLinks {
    private var urls: [String] = []
    private var seen = VisitedSet()

    /// Notes a URL that does not exist; robots.txt need not.
    mutating func add(_ url: WgetURL) {
        guard url.path != Self.robots, seen.insert(url) else { return }
        urls.append(url.text())
    }

    private static let robots = Array("robots.txt".utf8)

    /// What is told at the end, in wget's words.
    var report: String {
        switch urls.count {
        case 0: return "Found no broken links.\n\n"
        case 1: return "Found 1 broken link.\n\n\(urls[0])\n\n"
        default:
            return "Found \(urls.count) broken links.\n\n"
                + urls.map { $0 + "\n" }.joined() + "\n"
        }
    }
}
