/// Older versions of a file, with numbers behind their names.
enum Backups {
    /// Moves a file to the first of so many names, and those that are there on.
    static func rotate(_ path: Octets, _ count: Int) {
        guard FileFacts(path) != nil else { return }
        let numbered = { (number: Int) in path + Octets(".\(number)") }
        if count > 1 {
            for number in stride(from: count, to: 1, by: -1) {
                try? LocalFile.rename(numbered(number - 1), to: numbered(number))
            }
        }
        try? LocalFile.rename(path, to: numbered(1))
    }
}

/// A name that no file has: the one given, or with a number behind it.
enum UniqueName {
    static func next(_ path: Octets) -> Octets {
        guard FileFacts(path) != nil else { return path }
        var number = 1
        while true {
            let name = path + Octets(".\(number)")
            if FileFacts(name) == nil { return name }
            number += 1
        }
    }
}
