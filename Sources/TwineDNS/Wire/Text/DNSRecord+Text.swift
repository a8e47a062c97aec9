import TwineBytes

/// Records as lines of zone files, in dig's columns.
struct DNSLineWriter {
    let style: DNSMessageStyle
    /// Where what follows the name, the class, the type and the rdata begin.
    private let columns: (first: Int, recordClass: Int, type: Int, rdata: Int)

    /// The fields of a record, and their text.
    private struct Fields {
        var type = DNSType(rawValue: 0)
        var recordClass = DNSClass.internet
        var timeToLive: UInt32 = 0
        /// Where they begin; nothing begins at 0.
        var column = 0
        var text: [UInt8] = []
    }

    /// The fields that came last, by their type modulo the number of these.
    private var remembered = [Fields](repeating: Fields(), count: 16)

    /// Room in which rdata is read to be checked.
    private var octets: [UInt8] = []

    init(_ style: DNSMessageStyle) {
        self.style = style
        let isShort = !style.hasTimeToLive && !style.hasClass
        columns =
            if style.record.isMultiline || isShort {
                (24, 24, 24, 32)
            } else if !style.hasTimeToLive || !style.hasClass {
                (24, 24, 32, 40)
            } else {
                (24, 32, 40, 48)
            }
    }

    /// Appends a record and the end of its line.
    mutating func write(_ record: DNSRecord, to text: inout [UInt8]) {
        let start = text.count
        record.name.write(to: &text, style.record)
        writeFields(
            record.type, record.recordClass, record.timeToLive, column: text.count - start, &text)
        var writer = DNSTextWriter(style: style.record)
        swap(&text, &writer.text)
        DNSField.writeRData(
            record.rdata.span, record.type, record.recordClass, isValid: isValid(record),
            to: &writer)
        swap(&text, &writer.text)
        text.append(UInt8(ascii: "\n"))
    }

    /// Whether the rdata has the form of its type.
    private mutating func isValid(_ record: DNSRecord) -> Bool {
        octets.removeAll(keepingCapacity: true)
        var reader = ByteReader(record.rdata.span)
        return DNSField.readRData(&reader, record.type, record.recordClass, into: &octets)
            && octets == record.rdata
    }

    /// Appends a record straight from its octets, and the end of its line.
    mutating func write(_ record: borrowing DNSRecordOctets, to text: inout [UInt8]) {
        let start = text.count
        if style.record.isInternational {
            DNSName(validated: record.name).write(to: &text, style.record)
        } else {
            DNSName.writeLabels(record.name.span, to: &text)
            if record.name.count == 1 { text.append(UInt8(ascii: ".")) }
        }
        writeFields(
            record.type, record.recordClass, record.timeToLive, column: text.count - start, &text)
        var writer = DNSTextWriter(style: style.record)
        swap(&text, &writer.text)
        DNSField.writeRData(
            record.rdata.span, record.type, record.recordClass, isValid: record.isValid,
            to: &writer)
        swap(&text, &writer.text)
        text.append(UInt8(ascii: "\n"))
    }

    /// Appends what stands between the name, which ends at `column`, and the rdata.
    ///
    /// Columns are counted as they are meant, not as tabs are shown. In a zone the same fields come
    /// again and again, so they are remembered for each type.
    private mutating func writeFields(
        _ type: DNSType, _ recordClass: DNSClass, _ timeToLive: UInt32, column: Int,
        _ text: inout [UInt8]
    ) {
        var column = column
        indent(&column, to: columns.first, &text)
        let index = Int(type.rawValue) % remembered.count
        let isRemembered =
            remembered[index].type == type && remembered[index].recordClass == recordClass
            && remembered[index].timeToLive == timeToLive && remembered[index].column == column
        guard !isRemembered else {
            text += remembered[index].text
            return
        }
        remembered[index].type = type
        remembered[index].recordClass = recordClass
        remembered[index].timeToLive = timeToLive
        remembered[index].column = column
        let start = text.count
        if style.hasTimeToLive {
            let word = style.hasTimeUnits ? DNSTime.short(timeToLive) : String(timeToLive)
            append(word, &column, &text)
            indent(&column, to: style.hasClass ? columns.recordClass : columns.type, &text)
        }
        if style.hasClass {
            append(word(recordClass), &column, &text)
            indent(&column, to: columns.type, &text)
        }
        append(word(type), &column, &text)
        indent(&column, to: columns.rdata, &text)
        remembered[index].text.removeAll(keepingCapacity: true)
        remembered[index].text += text[start...]
    }

    /// Appends a question and the end of its line.
    func write(_ question: DNSMessage.Question, to text: inout [UInt8]) {
        text.append(UInt8(ascii: ";"))
        let start = text.count
        question.name.write(to: &text, style.record)
        var column = text.count - start
        indent(&column, to: columns.recordClass, &text)
        append(word(question.questionClass), &column, &text)
        indent(&column, to: columns.type, &text)
        append(word(question.type), &column, &text)
        text.append(UInt8(ascii: "\n"))
    }

    private func word(_ recordClass: DNSClass) -> String {
        style.record.isUnknownFormat
            ? "CLASS\(recordClass.rawValue)" : recordClass.description
    }

    private func word(_ type: DNSType) -> String {
        style.record.isUnknownFormat ? "TYPE\(type.rawValue)" : type.description
    }

    private func append(_ word: String, _ column: inout Int, _ text: inout [UInt8]) {
        text += word.utf8
        column += word.utf8.count
    }

    /// Moves on by tabs, then spaces, by at least one column.
    private func indent(_ column: inout Int, to wanted: Int, _ text: inout [UInt8]) {
        let target = max(wanted, column + 1)
        let tabs = target / 8 - column / 8
        if tabs > 0 {
            for _ in 0..<tabs { text.append(UInt8(ascii: "\t")) }
            column = target / 8 * 8
        }
        for _ in column..<target { text.append(UInt8(ascii: " ")) }
        column = target
    }
}
