import TwineCore

/// Why a file could not be fetched in parts.
enum SegmentError: Error, Equatable, CustomStringConvertible {
    /// The server has another file now than the one that was begun: what is there is of no use.
    case changed
    /// The server sends whole files only, and not that file as a whole either.
    case noParts
    /// A server refused to send its parts, with a status if there was one.
    case refused(status: Int)
    /// A piece came wrong from everywhere.
    case damaged(piece: Int)
    /// Another program fetches the same file.
    case busy
    /// The file or its journal cannot be written, a full disk included.
    case file(SystemError)

    var description: String {
        switch self {
        case .changed: "the file has changed on the server"
        case .noParts: "the server does not send parts"
        case .refused(let status): "the server refuses to send parts (status \(status))"
        case .damaged(let piece): "piece \(piece) does not have its checksum"
        case .busy: "another program fetches this file"
        case .file(let error): "\(error)"
        }
    }
}
