import DequeModule

/// Which blog comes next: in the order of the input, except that a host with enough under way lets
/// those of other hosts go first.
struct Schedule {
    private var coming: Deque<Blog>
    /// Blogs whose turn came while their host had enough, by host.
    private var held: [String: Deque<Blog>] = [:]
    private var busy: [String: Int] = [:]
    private let perHost: Int

    init(_ blogs: [Blog], perHost: Int) {
        coming = Deque(blogs)
        self.perHost = perHost
    }

    /// The next blog whose host has room; nil when there is none at the moment.
    mutating func next() -> Blog? {
        while let blog = coming.popFirst() {
            if busy[blog.host, default: 0] < perHost {
                busy[blog.host, default: 0] += 1
                return blog
            }
            held[blog.host, default: []].append(blog)
        }
        return nil
    }

    /// A blog of `host` is done: the next one of that host may follow.
    mutating func finished(_ host: String) {
        busy[host, default: 1] -= 1
        if busy[host] == 0 { busy[host] = nil }
        guard let blog = held[host]?.popFirst() else { return }
        if held[host]?.isEmpty == true { held[host] = nil }
        coming.prepend(blog)
    }

    /// Takes out all that has not begun.
    mutating func removeAll() -> [Blog] {
        defer {
            coming = []
            held = [:]
        }
        return (Array(coming) + held.values.flatMap { $0 }).sorted { $0.index < $1.index }
    }
}

/// One blog of the input.
struct Blog: Sendable, Equatable {
    /// Its place in the input, from 0.
    let index: Int
    /// What the input called it.
    let name: String
    /// Where the link to its first article is on the page, if the input says.
    var xpath: String?
    /// Its host, as far as it can be told; for the limit per host.
    let host: String
}
