import TwineHTTP

/// What became of a URL.
struct RetrievedFile {
    /// Where it was in the end.
    var url: WgetURL
    /// Whether that is another URL than was asked for.
    var isRedirected = false
    /// What it was saved as, or would have been.
    var path: Octets?
    /// Whether it was retrieved or need not be.
    var isSuccess = false
    var failure: RetrievalFailure?
    /// The last reply's status; nil without a reply.
    var status: Int?
    var isHTML = false
    var isCSS = false
    /// Whether `-E` added an ending to its name.
    var hasAddedEnding = false
    /// Whether it was written now, and not there already.
    var isNew = false
    /// Whether it is only needed for a while, and has a name of its own for that.
    var isTemporary = false
    /// What the server said of its encoding.
    var charset: String?
    /// Its digest, and whether that is the one that it should have; nil where nothing was to be checked.
    var checksum: (digest: Checksum?, isRight: Bool)?
    /// What happened on the way to it.
    var notes: TransferNotes?
}
