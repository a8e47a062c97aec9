public import TwineCore

extension WARCRecord {
    /// What most records say of themselves.
    public struct Subject: Sendable {
        /// The record's name.
        public var id: WARCRecordID
        /// What was fetched.
        public var url: String
        /// When it was asked for.
        public var date: WARCDate
        /// The server's address.
        public var address: IPAddress?
        /// The record about the file that this one is in.
        public var warcinfo: WARCRecordID?
        /// The record that came of the same doing.
        public var concurrentTo: WARCRecordID?

        /// Says what is always known.
        public init(_ id: WARCRecordID, url: String, date: WARCDate) {
            self.id = id
            self.url = url
            self.date = date
        }
    }

    /// The digests of a block, and of what it carries; nil where none is wanted.
    public struct Digests: Equatable, Sendable {
        /// Of the whole block.
        public var block: String?
        /// Of the message body in it.
        public var payload: String?

        /// No digests, or those.
        public init(block: String? = nil, payload: String? = nil) {
            self.block = block
            self.payload = payload
        }
    }

    /// The record at the beginning of each file, about the file.
    ///
    /// WARC/1.0 §6.2.
    public static func warcinfo(
        _ id: WARCRecordID, date: WARCDate, fileName: String, digests: Digests,
        version: Version = .warc10
    ) -> WARCRecord {
        var record = WARCRecord(.warcinfo, version: version)
        record.add("Content-Type", "application/warc-fields")
        record.add("WARC-Date", date.description)
        record.add("WARC-Record-ID", id.description)
        record.add("WARC-Filename", fileName)
        record.add("WARC-Block-Digest", digests.block)
        return record
    }

    /// What was sent.
    ///
    /// WARC/1.0 §6.5.
    public static func request(
        _ subject: Subject, digests: Digests, version: Version = .warc10
    ) -> WARCRecord {
        var record = WARCRecord(.request, version: version)
        record.addTarget(subject.url)
        record.add("Content-Type", "application/http;msgtype=request")
        record.add("WARC-Date", subject.date.description)
        record.add("WARC-Record-ID", subject.id.description)
        record.add("WARC-IP-Address", subject.address?.description)
        record.add("WARC-Warcinfo-ID", subject.warcinfo?.description)
        record.add("WARC-Block-Digest", digests.block)
        record.add("WARC-Payload-Digest", digests.payload)
        return record
    }

    /// What came back.
    ///
    /// WARC/1.0 §6.3.
    public static func response(
        _ subject: Subject, digests: Digests, version: Version = .warc10
    ) -> WARCRecord {
        var record = WARCRecord(.response, version: version)
        record.addNames(subject)
        record.addPlace(subject)
        record.add("WARC-Block-Digest", digests.block)
        record.add("WARC-Payload-Digest", digests.payload)
        record.add("Content-Type", "application/http;msgtype=response")
        return record
    }

    /// What came back, without the body, which is in the record `refersTo` already.
    ///
    /// WARC/1.0 §6.7.
    public static func revisit(
        _ subject: Subject, refersTo: String, digests: Digests, version: Version = .warc10
    ) -> WARCRecord {
        let edition = version == .warc10 ? "1.0" : "1.1"
        var record = WARCRecord(.revisit, version: version)
        record.addNames(subject)
        record.add("WARC-Refers-To", refersTo)
        record.add(
            "WARC-Profile",
            "http://netpreserve.org/warc/\(edition)/revisit/identical-payload-digest")
        record.add("WARC-Truncated", "length")
        record.addPlace(subject)
        record.add("Content-Type", "application/http;msgtype=response")
        record.add("WARC-Block-Digest", digests.block)
        record.add("WARC-Payload-Digest", digests.payload)
        return record
    }

    /// What belongs to the archive as a whole: the list of its files, the program's arguments, its log.
    ///
    /// WARC/1.0 §6.4, §6.6.
    public static func supplement(
        _ kind: Kind, _ subject: Subject, type: String, digests: Digests,
        version: Version = .warc10
    ) -> WARCRecord {
        var record = WARCRecord(kind, version: version)
        record.addNames(subject)
        record.addPlace(subject)
        record.add("WARC-Block-Digest", digests.block)
        record.add("WARC-Payload-Digest", digests.payload)
        record.add("Content-Type", type)
        return record
    }

    private mutating func addNames(_ subject: Subject) {
        add("WARC-Record-ID", subject.id.description)
        add("WARC-Warcinfo-ID", subject.warcinfo?.description)
        add("WARC-Concurrent-To", subject.concurrentTo?.description)
    }

    private mutating func addPlace(_ subject: Subject) {
        addTarget(subject.url)
        add("WARC-Date", subject.date.description)
        add("WARC-IP-Address", subject.address?.description)
    }

    /// The first edition's grammar has URIs in angle brackets, and GNU Wget keeps to it; the second
    /// took them back.
    private mutating func addTarget(_ url: String) {
        add("WARC-Target-URI", version == .warc10 ? "<\(url)>" : url)
    }
}
