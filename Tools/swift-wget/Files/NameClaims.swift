import TwineCore

/// The names of the files that are under way at once, so that it does not matter whose reply comes first.
///
/// wget fetches one file after the other. Of a page `a` and an `a/b`, and of two URLs of one name, the later finds
/// what the earlier has left, and makes room or writes over it. So a file that has the name of an earlier one, or
/// lies in a folder of that name, or has the name of its folder, waits until the earlier one is done with; all
/// others come at once. Where files are numbered instead (`x.1`), the later waits only until the earlier has its
/// number. And `a` makes room for `a/b/c` too, which may come before the `a/b` that made room for both.
@Reactor
final class NameClaims {
    /// The wish to write a file.
    @Reactor
    final class Claim {
        fileprivate let name: [UInt8]
        /// What the URL alone makes of the name, where that is known: it is not worked out again.
        fileprivate(set) var local: LocalName?
        /// Fires when nothing that was begun earlier is in its way.
        let granted = Deferred<Void>()

        fileprivate init(_ name: [UInt8]) { self.name = name }

        fileprivate func isInTheWay(of other: Claim) -> Bool {
            if name.count == other.name.count { return name == other.name }
            let isShorter = name.count < other.name.count
            let (short, long) = isShorter ? (name, other.name) : (other.name, name)
            return long[short.count] == UInt8(ascii: "/") && long.starts(with: short)
        }
    }

    /// Whether an ending is put behind names that have none, so that they are told apart without it.
    private let adjustsExtension: Bool
    /// In the order that they were made in.
    private var claims: [Claim] = []
    /// How many of them wait.
    private var waiting = 0
    /// The hashes of the names that were written.
    private var saved: Set<Int> = []

    /// Prepares for files that come at once.
    ///
    /// - Parameter adjustsExtension: Whether pages get an ending (`-E`), once it is known that they are some.
    init(adjustsExtension: Bool = false) { self.adjustsExtension = adjustsExtension }

    /// Claims a name, behind all that were claimed before.
    ///
    /// - Parameter name: The path that the file will have, as far as its URL tells.
    /// - Returns: What is to be ended in any case.
    func claim(_ name: Octets) -> Claim {
        let claim = Claim(adjustsExtension ? Self.withoutEnding(name.bytes) : name.bytes)
        claims.append(claim)
        if isFree(claims.count - 1) { claim.granted.callback(()) } else { waiting += 1 }
        return claim
    }

    /// Claims the name that a URL makes, behind all that were claimed before.
    func claim(_ local: LocalName) -> Claim {
        let claim = claim(local.path)
        claim.local = local
        return claim
    }

    /// Ends a claim: the file is written and read, or never will be.
    ///
    /// - Parameters:
    ///   - claim: The claim.
    ///   - path: The file that is there now; nil if none is.
    func end(_ claim: Claim, savedAs path: Octets?) {
        if let path { saved.insert(path.hashValue) }
        for place in claims.indices where claims[place] === claim {
            claims.remove(at: place)
            if !claim.granted.isFired { waiting -= 1 }
            if waiting > 0 { grant() }
            return
        }
    }

    /// Whether a file was written by this run, and so gives way to a folder.
    func isSaved(_ path: Octets) -> Bool { saved.contains(path.hashValue) }

    /// Whether nothing that was claimed earlier is in the way of a claim.
    private func isFree(_ place: Int) -> Bool {
        for earlier in 0..<place where claims[earlier].isInTheWay(of: claims[place]) {
            return false
        }
        return true
    }

    private func grant() {
        var free: [Claim] = []
        for place in claims.indices where !claims[place].granted.isFired && isFree(place) {
            free.append(claims[place])
        }
        waiting -= free.count
        // What is granted may end claims at once.
        for claim in free { claim.granted.callback(()) }
    }

    private static func withoutEnding(_ name: [UInt8]) -> [UInt8] {
        for ending in [".html", ".htm", ".css"]
        where name.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
            return name.dropLast(ending.utf8.count)
        }
        return name
    }
}
