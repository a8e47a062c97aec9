public import TwineCore

extension WARCArchive {
    /// What the index says of a response.
    public struct ResponseFacts: Equatable, Sendable {
        /// Its status.
        public var status: Int
        /// The media type of its body, without parameters.
        public var mediaType: String?
        /// Where it redirects to.
        public var location: String?

        /// Says it.
        public init(status: Int, mediaType: String? = nil, location: String? = nil) {
            self.status = status
            self.mediaType = mediaType
            self.location = location
        }
    }

    /// Writes what was sent.
    ///
    /// - Parameters:
    ///   - block: The head, and the body if there is one, as they were sent.
    ///   - subject: What is said of it; the record about the file is filled in.
    /// - Returns: Where it is; ``WARCError`` when it cannot be written.
    public func request(
        _ block: WARCBlock, as subject: WARCRecord.Subject
    ) -> Deferred<Written> {
        write(block, 0..<block.count) {
            .request(self.placed(subject), digests: block.digests, version: self.options.version)
        }
    }

    /// Writes what came back; only its head when another archive has the same body of the same URL.
    ///
    /// - Parameters:
    ///   - block: The head, and from ``WARCBlock/beginPayload()`` on the body, as they came.
    ///   - subject: What is said of it; the record about the file is filled in.
    ///   - facts: What the index says.
    /// - Returns: Where it is; ``WARCError`` when it cannot be written.
    public func response(
        _ block: WARCBlock, as subject: WARCRecord.Subject, _ facts: ResponseFacts
    ) -> Deferred<Written> {
        let version = options.version
        if let payload = block.payload,
            let former = options.duplicates?.record(of: subject.url, payload: payload)
        {
            let range = 0..<(block.payloadOffset ?? block.count)
            return write(block, range, isRevisit: true) {
                .revisit(
                    self.placed(subject), refersTo: former, digests: block.digestsWithoutPayload,
                    version: version)
            }
        }
        let line = { @Reactor (written: Written) in
            CDXLine(
                url: subject.url, date: subject.date, mediaType: facts.mediaType,
                status: facts.status, digest: block.payload, location: facts.location,
                offset: written.offset, file: written.file, id: subject.id)
        }
        return write(block, 0..<block.count, indexing: line) {
            .response(self.placed(subject), digests: block.digests, version: version)
        }
    }

    /// Writes what was kept without an exchange.
    ///
    /// - Parameters:
    ///   - kind: ``WARCRecord/Kind/resource`` or ``WARCRecord/Kind/metadata``.
    ///   - block: Its octets.
    ///   - subject: What is said of it; the record about the file is filled in.
    ///   - type: The media type.
    /// - Returns: Where it is; ``WARCError`` when it cannot be written.
    public func supplement(
        _ kind: WARCRecord.Kind, _ block: WARCBlock, as subject: WARCRecord.Subject,
        type: String = "application/octet-stream"
    ) -> Deferred<Written> {
        write(block, 0..<block.count) {
            .supplement(
                kind, self.placed(subject), type: type, digests: block.digests,
                version: self.options.version)
        }
    }

    /// Writes a record about the archive itself, by the name that GNU Wget gives it.
    func supplement(
        _ kind: WARCRecord.Kind, _ name: String, _ block: WARCBlock, id: WARCRecordID,
        of list: WARCRecordID? = nil
    ) async throws {
        var subject = WARCRecord.Subject(
            id, url: "metadata://gnu.org/software/wget/warc/" + name, date: now())
        subject.concurrentTo = list
        _ = try await supplement(kind, block, as: subject, type: "text/plain").value
    }

    /// The same, for text.
    func supplement(
        _ kind: WARCRecord.Kind, _ name: String, _ text: String, id: WARCRecordID? = nil,
        of list: WARCRecordID? = nil
    ) async throws {
        let block = block()
        try block.append(text)
        try await supplement(kind, name, block, id: id ?? newID(), of: list)
    }

    private func placed(_ subject: WARCRecord.Subject) -> WARCRecord.Subject {
        var subject = subject
        subject.warcinfo = warcinfo
        return subject
    }
}
