import ToolKit

/// What became of one blog.
struct Outcome: Sendable {
    let blog: Blog
    var article: String?
    var title: String?
    /// The last HTTP status seen.
    var status: Int?
    var failure: Failure?
    /// The URLs that the requests were redirected to, in order.
    var redirects: [String] = []
    /// How the article was found: `feed`, or the rung of the ladder.
    var rung: String?
    /// Seconds until the first article was known, from the start of the blog.
    var articleSeconds: Double?
    /// Seconds until the end, from the start of the blog.
    var seconds = 0.0

    init(_ blog: Blog) { self.blog = blog }

    /// `title<TAB>article URL<TAB>blog URL`.
    var line: String {
        "\(title?.printable ?? "")\t\(article ?? "")\t\(blog.name.printable)"
    }

    /// The same as one JSON object.
    var json: String {
        var object = JSONObject()
        object.add("blog", blog.name)
        object.add("article", article)
        object.add("title", title)
        object.add("status", status)
        object.add("error", failure?.kind.rawValue)
        object.add("message", failure?.message)
        object.add("redirects", redirects)
        object.add("found_by", rung)
        object.add("article_seconds", seconds: articleSeconds)
        object.add("seconds", seconds: seconds)
        return object.line
    }
}
