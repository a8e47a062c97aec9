import HTTPTypes
import TwineBytes
import TwineCore

/// What is in a folder, as a page for people or as JSON for programs.
struct FolderListing {
    /// What the list is sorted by.
    enum Order: String, CaseIterable {
        case name
        case size
        case modified
    }

    private let names: [String]
    private let entries: [(name: String, facts: OpenFile.Facts)]
    private let order: Order
    private let isDescending: Bool

    /// A list, sorted as the query says: `?sort=size&order=desc`.
    ///
    /// - Parameters:
    ///   - names: The segments of the folder's path.
    ///   - entries: What is in it.
    ///   - query: The request's query.
    init(
        _ names: [String], _ entries: [(name: String, facts: OpenFile.Facts)], query: Substring?
    ) {
        self.names = names
        let words = (query ?? "").split(separator: "&")
        order = Order.allCases.first { words.contains("sort=\($0.rawValue)") } ?? .name
        isDescending = words.contains("order=desc")
        let (order, isDescending) = (order, isDescending)
        self.entries = entries.sorted { left, right in
            // Folders first, whatever the order.
            let (folderLeft, folderRight) = (
                left.facts.kind == .folder, right.facts.kind == .folder
            )
            if folderLeft != folderRight { return folderLeft }
            let (left, right) = isDescending ? (right, left) : (left, right)
            switch order {
            case .size where left.facts.size != right.facts.size && !folderLeft:
                return left.facts.size < right.facts.size
            case .modified where left.facts.modified != right.facts.modified:
                return left.facts.modified < right.facts.modified
            default: return left.name < right.name
            }
        }
    }

    /// The list in the form that a client asks for.
    ///
    /// - Parameter accept: The request's `Accept`.
    /// - Returns: The response: JSON when that is asked for and HTML is not.
    func response(toAccept accept: String?) -> WebResponse {
        let accept = accept?.lowercased() ?? ""
        let wantsJSON = accept.contains("application/json") && !accept.contains("text/html")
        var response =
            wantsJSON
            ? WebResponse.octets(Array(json.utf8), contentType: "application/json")
            : .html(html)
        response.headerFields[.vary] = "Accept"
        response.headerFields[.cacheControl] = "no-cache"
        if !wantsJSON {
            // File names are other people's text: nothing on the page may run.
            response.headerFields[.contentSecurityPolicy] =
                "default-src 'none'; style-src 'unsafe-inline'"
        }
        return response
    }

    // MARK: JSON

    private var json: String {
        let items = entries.map { entry in
            let kind = entry.facts.kind == .folder ? "folder" : "file"
            let size = entry.facts.kind == .folder ? "" : ",\"size\":\(entry.facts.size)"
            return "{\"name\":\(Self.quoted(entry.name)),\"type\":\"\(kind)\"\(size),"
                + "\"modified\":\"\(Self.time(entry.facts, separator: "T"))Z\"}"
        }
        return "[" + items.joined(separator: ",\n ") + "]\n"
    }

    private static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": output += "\\\(scalar)"
            case "\u{0}"..<" ", "\u{7f}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }

    // MARK: HTML

    private var html: String {
        let title = "/" + names.map { WebResponse.escaped($0) + "/" }.joined()
        var page = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>\(Self.style)</style></head>
            <body><h1>\(crumbs)</h1>
            <table><thead><tr>\(Order.allCases.map(heading).joined())</tr></thead>
            <tbody>

            """
        if !names.isEmpty {
            page += "<tr class=\"up\"><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n"
        }
        for entry in entries { page += row(entry.name, entry.facts) }
        let folders = entries.count { $0.facts.kind == .folder }
        let size = entries.reduce(0) { $0 + ($1.facts.kind == .folder ? 0 : $1.facts.size) }
        return page + """
            </tbody></table>
            <footer>\(folders) folders, \(entries.count - folders) files, \(Self.size(size))</footer>
            </body></html>

            """
    }

    /// The way from the root, each step a link.
    private var crumbs: String {
        var text =
            "<a href=\"\(names.isEmpty ? "./" : String(repeating: "../", count: names.count))\">/</a>"
        for (index, name) in names.enumerated() {
            let up = names.count - index - 1
            let link = up == 0 ? "./" : String(repeating: "../", count: up)
            text += "<a href=\"\(link)\">\(WebResponse.escaped(name))/</a>"
        }
        return text
    }

    private func heading(_ column: Order) -> String {
        let turns = column == order && !isDescending
        let mark =
            column == order
            ? (isDescending ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"") : ""
        let label = column.rawValue.prefix(1).uppercased() + column.rawValue.dropFirst()
        return
            "<th\(mark)><a href=\"?sort=\(column.rawValue)\(turns ? "&amp;order=desc" : "")\">\(label)</a></th>"
    }

    private func row(_ name: String, _ facts: OpenFile.Facts) -> String {
        let isFolder = facts.kind == .folder
        let end = isFolder ? "/" : ""
        // "./" keeps a name with a colon from being taken for a scheme.
        let link = WebResponse.escaped("./" + Self.encoded(name)) + end
        let size = isFolder ? "" : Self.size(facts.size)
        return "<tr class=\"\(isFolder ? "folder" : "file")\"><td><a href=\"\(link)\">"
            + "\(WebResponse.escaped(Self.visible(name)))\(end)</a></td><td>\(size)</td>"
            + "<td><time>\(Self.time(facts, separator: " "))</time></td></tr>\n"
    }

    /// Control characters as their pictures.
    private static func visible(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { $0.value < 32 ? "\u{fffd}" : $0 }))
    }

    /// A name as a segment of a path.
    private static func encoded(_ name: String) -> String {
        name.utf8.reduce(into: "") { text, octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(octet))
            default:
                text += "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
            }
        }
    }

    static func size(_ octets: Int) -> String {
        var value = Double(octets)
        var unit = 0
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        guard unit > 0 else { return "\(octets) B" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// The time of the last change in UTC.
    private static func time(_ facts: OpenFile.Facts, separator: String) -> String {
        let days = (facts.modified >= 0 ? facts.modified : facts.modified - 86_399) / 86_400
        let rest = facts.modified - days * 86_400
        let (year, month, day) = CivilDate.date(days: days)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year)-\(two(month))-\(two(day))\(separator)"
            + "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
    }

    private static let style = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;\
        margin:2rem auto;padding:0 1rem}h1{font-size:1.25rem;overflow-wrap:anywhere}\
        table{width:100%;border-collapse:collapse}th{text-align:left;border-bottom:1px solid #8888}\
        td,th{padding:.25rem .5rem}td:first-child{width:100%;overflow-wrap:anywhere}\
        td:nth-child(n+2),th:nth-child(n+2){white-space:nowrap;text-align:right;\
        font-variant-numeric:tabular-nums}a{text-decoration:none}a:hover{text-decoration:underline}\
        tbody tr:hover{background:#8882}.folder a,.up a{font-weight:600}\
        th[aria-sort=ascending] a::after{content:" \\2191"}\
        th[aria-sort=descending] a::after{content:" \\2193"}\
        footer{margin-top:1rem;color:#888;font-size:.875rem}\
        @media(max-width:40rem){td:nth-child(3),th:nth-child(3){display:none}}
        """
}
