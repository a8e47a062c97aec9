import TwineCore

/// One record on its way into a file, piece by piece.
@Reactor
struct WARCRecordWriting {
    /// Octets of a block that are taken at a step: some milliseconds of packing.
    private static let piece = 65_536

    private let block: WARCBlock
    private var rest: Range<Int>
    private let file: WARCFile
    private let member: GzipMember?
    private let hasLengths: Bool
    /// Where the record begins in the file.
    let start: Int

    /// Writes the head of a record.
    ///
    /// - Parameters:
    ///   - record: The head.
    ///   - block: The octets behind it.
    ///   - range: Which of them.
    ///   - file: Where to.
    ///   - options: How.
    /// - Throws: ``WARCError``.
    init(
        _ record: WARCRecord, _ block: WARCBlock, _ range: Range<Int>, in file: WARCFile,
        _ options: WARCArchive.Options
    ) throws(WARCError) {
        self.block = block
        self.file = file
        rest = range
        start = file.count
        // Packed octets are at most a little more than plain ones.
        hasLengths = range.count < Int(UInt32.max) - (64 << 20)
        member = options.compresses ? try GzipMember(level: options.level) : nil
        file.beginRecord()
        if let member { try file.write(member.header(lengths: hasLengths)) }
        try put(record.head(blockLength: range.count), isLast: false)
    }

    private func put(_ octets: [UInt8], isLast: Bool) throws(WARCError) {
        guard let member else { return try file.write(octets) }
        var packed: [UInt8] = []
        member.pack(octets.span, isLast: isLast, into: &packed)
        try file.write(packed)
    }

    /// Writes the next piece.
    ///
    /// - Returns: Whether more are to come.
    /// - Throws: ``WARCError``.
    mutating func step() throws(WARCError) -> Bool {
        let piece = rest.prefix(Self.piece)
        rest = piece.endIndex..<rest.upperBound
        let octets = try block.read(piece.startIndex..<piece.endIndex)
        guard rest.isEmpty else {
            try put(octets, isLast: false)
            return true
        }
        try put(octets + WARCRecord.end, isLast: true)
        if let member, hasLengths {
            let lengths = GzipMember.lengths(packed: file.count - start, plain: member.plainCount)
            try file.write(lengths, at: start + GzipMember.lengthsOffset)
        }
        return false
    }
}
