import CLibXML2

/// Builds a ``Metalink`` from what libxml2's parser meets, without a tree.
///
/// It has neither a place for entities nor a way to fetch any: a bomb of them has nothing to explode.
@safe
final class MetalinkReader {
    /// Text of one element is kept so far, in octets: a signature is the longest of use.
    private static let textLimit = 256 << 10
    static let namespaces: [String: Metalink.Version] = [
        "urn:ietf:params:xml:ns:metalink": .four, "http://www.metalinker.org/": .three,
    ]

    private(set) var metalink = Metalink()
    private(set) var isMetalink = false
    /// The elements that are open, from the root; empty names for those of other namespaces.
    private var path: [String] = []
    private var attributes: [String: String] = [:]
    private var text: [UInt8] = []
    private var file: Metalink.File?
    private var pieces: (Metalink.Pieces, numbers: [Int])?

    /// Reads a document; false when it is not well-formed.
    func read(_ bytes: [UInt8]) -> Bool {
        LibXML2.prepare()
        var callbacks = unsafe xmlSAXHandler()
        unsafe callbacks.initialized = UInt32(XML_SAX2_MAGIC)
        unsafe callbacks.startElementNs = { context, name, _, space, _, _, count, _, values in
            unsafe MetalinkReader.of(context)?.elementBegan(
                string(name), in: string(space),
                MetalinkReader.attributes(values, Int(count)))
        }
        unsafe callbacks.endElementNs = { context, _, _, _ in
            unsafe MetalinkReader.of(context)?.elementEnded()
        }
        unsafe callbacks.characters = { context, start, count in
            unsafe MetalinkReader.of(context)?.textReceived(
                UnsafeBufferPointer(start: start, count: Int(count)))
        }
        unsafe callbacks.cdataBlock = callbacks.characters
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        guard let parser = unsafe xmlCreatePushParserCtxt(&callbacks, this, nil, 0, nil)
        else { return false }
        defer { unsafe xmlFreeParserCtxt(parser) }
        // NOENT: `&amp;` in an attribute is to come as one sign.
        let options =
            XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue | XML_PARSE_NOERROR.rawValue
            | XML_PARSE_NOWARNING.rawValue
        _ = unsafe xmlCtxtUseOptions(parser, Int32(options))
        let status = withExtendedLifetime(self) {
            unsafe bytes.withUnsafeBytes {
                unsafe xmlParseChunk(
                    parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self),
                    Int32(clamping: $0.count), 1)
            }
        }
        return unsafe status == 0 && parser.pointee.wellFormed == 1
    }

    @unsafe
    private static func of(_ context: UnsafeMutableRawPointer?) -> MetalinkReader? {
        unsafe context.map {
            unsafe Unmanaged<MetalinkReader>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// The attributes that have no namespace; five pointers describe each.
    @unsafe
    private static func attributes(
        _ values: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, _ count: Int
    ) -> [String: String] {
        var attributes: [String: String] = [:]
        guard let values = unsafe values else { return attributes }
        for index in 0..<count {
            guard unsafe values[5 * index + 2] == nil, let start = unsafe values[5 * index + 3],
                let end = unsafe values[5 * index + 4]
            else { continue }
            let value = unsafe UnsafeBufferPointer(start: start, count: end - start)
            attributes[unsafe string(values[5 * index])] = unsafe String(
                decoding: unsafe value, as: UTF8.self)
        }
        return attributes
    }

    // MARK: Elements

    private func elementBegan(_ name: String, in space: String, _ attributes: [String: String]) {
        text = []
        if path.isEmpty {
            rootBegan(name, space, attributes)
            return
        }
        let isOurs = space.isEmpty || Self.namespaces[space] != nil
        path.append(isOurs ? name : "")
        self.attributes = attributes
        switch path.last {
        case "file":
            guard file == nil else { return }
            file = Metalink.File(name: attributes["name"] ?? "")
        case "pieces":
            guard let length = attributes["length"].flatMap({ Int($0) }), length > 0 else { return }
            pieces = (
                Metalink.Pieces(
                    algorithm: (attributes["type"] ?? "").lowercased(), length: length), []
            )
        default: break
        }
    }

    private func rootBegan(_ name: String, _ space: String, _ attributes: [String: String]) {
        path.append(name)
        guard name == "metalink" else { return }
        let isOld = attributes["version"]?.hasPrefix("3") == true
        guard let version = Self.namespaces[space] ?? (isOld ? .three : nil) else { return }
        isMetalink = true
        metalink.version = version
        metalink.origin = attributes["origin"]
        metalink.isDynamic = attributes["type"] == "dynamic"
    }

    private func textReceived(_ octets: UnsafeBufferPointer<UInt8>) {
        let room = max(0, Self.textLimit - text.count)
        unsafe text.append(contentsOf: octets.prefix(room))
    }

    private func elementEnded() {
        let name = path.popLast() ?? ""
        // Of a document of another kind nothing is kept.
        guard isMetalink else { return }
        if file != nil {
            elementOfFileEnded(name, in: path.last ?? "")
        } else if name == "origin", path.count == 1 {
            metalink.origin = trimmedText
            metalink.isDynamic = attributes["dynamic"] == "true"
        }
        text = []
    }

    private var trimmedText: String {
        let isSpace = { (octet: UInt8) in octet == 0x20 || 9...13 ~= octet }
        var text = text[...]
        while let first = text.first, isSpace(first) { text.removeFirst() }
        while let last = text.last, isSpace(last) { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }

    private func elementOfFileEnded(_ name: String, in parent: String) {
        switch (name, parent) {
        case ("file", _):
            fileEnded()
        case ("size", "file"):
            file?.size = Int(trimmedText).flatMap { $0 >= 0 ? $0 : nil }
        case ("hash", "pieces"):
            guard let digest = Self.digest(trimmedText), let count = pieces?.numbers.count
            else { return }
            let number = attributes["piece"].flatMap { Int($0) } ?? count
            pieces?.0.hashes.append(digest)
            pieces?.numbers.append(number)
        case ("hash", "file"), ("hash", "verification"):
            guard let type = attributes["type"], let digest = Self.digest(trimmedText)
            else { return }
            file?.hashes.append(
                Metalink.Hash(algorithm: type.lowercased(), hexadecimal: digest))
        case ("pieces", _): piecesEnded()
        case ("url", "file"), ("url", "resources"): urlEnded()
        case ("metaurl", "file"):
            metaURLEnded(attributes["mediatype"] ?? "")
        case ("signature", "file"), ("signature", "verification"):
            let type = (attributes["mediatype"] ?? attributes["type"] ?? "").lowercased()
            file?.signature = Metalink.Signature(
                mediaType: type == "pgp" ? "application/pgp-signature" : type, text: trimmedText)
        case ("identity", "file"): file?.identity = trimmedText
        case ("version", "file"): file?.version = trimmedText
        case ("description", "file"): file?.summary = trimmedText
        default: break
        }
    }

    // MARK: What a file has

    private func urlEnded() {
        let url = trimmedText
        guard !url.isEmpty, (file?.resources.count ?? 0) < Metalink.countLimit else { return }
        if attributes["type"] == "bittorrent" { return metaURLEnded("torrent") }
        file?.resources.append(
            Metalink.Resource(
                url: url, priority: priority, location: attributes["location"]?.lowercased()))
    }

    private func metaURLEnded(_ mediaType: String) {
        let url = trimmedText
        guard !url.isEmpty, (file?.metaURLs.count ?? 0) < Metalink.countLimit else { return }
        file?.metaURLs.append(
            Metalink.MetaURL(
                url: url, mediaType: mediaType.lowercased(), priority: priority,
                name: attributes["name"]))
    }

    /// The priority of version 4, or what the preference of version 3, from 100 down, makes of it.
    private var priority: Int {
        if let number = attributes["priority"].flatMap({ Int($0) }), 1...999_999 ~= number {
            return number
        }
        if let number = attributes["preference"].flatMap({ Int($0) }), 0...100 ~= number {
            return 101 - number
        }
        return Metalink.lastPriority
    }

    private func piecesEnded() {
        guard let (list, numbers) = pieces else { return }
        pieces = nil
        // Version 3 numbers them; a list with gaps is of no use.
        let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
        guard !list.hashes.isEmpty, order.map({ numbers[$0] }) == Array(numbers.indices) else {
            return
        }
        var sorted = list
        sorted.hashes = order.map { list.hashes[$0] }
        file?.pieces.append(sorted)
    }

    private func fileEnded() {
        guard !path.contains("file"), var file else { return }
        self.file = nil
        guard metalink.files.count < Metalink.countLimit else { return }
        file.resources = Self.sorted(file.resources, by: \.priority)
        file.metaURLs = Self.sorted(file.metaURLs, by: \.priority)
        metalink.files.append(file)
    }

    private static func sorted<Each>(_ list: [Each], by priority: (Each) -> Int) -> [Each] {
        list.enumerated().sorted {
            (priority($0.element), $0.offset) < (priority($1.element), $1.offset)
        }.map(\.element)
    }

    /// A digest in lower case; nil when it is not hexadecimal.
    private static func digest(_ text: String) -> String? {
        let digits = text.lowercased()
        guard !digits.isEmpty, digits.utf8.count.isMultiple(of: 2),
            digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 })
        else { return nil }
        return digits
    }
}
