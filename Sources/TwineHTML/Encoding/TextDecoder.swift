import CLibXML2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Text of any encoding as UTF-8, as it arrives; what is malformed becomes U+FFFD.
///
/// It holds at most one incomplete character between two calls.
@safe
public struct TextDecoder: ~Copyable {
    private let encoding: HTMLEncoding
    private let converter: iconv_t?
    /// Octets of a character that has not come whole.
    private var rest: [UInt8] = []

    /// Makes a decoder; an encoding that the system's iconv(3) does not know is read as
    /// windows-1252.
    ///
    /// - Parameter encoding: What the octets are in.
    public init(_ encoding: HTMLEncoding) {
        let needsConverter = encoding != .utf8 && encoding != .windows1252
        let converter = needsConverter ? unsafe twine_iconv_open(encoding.iconvName) : nil
        unsafe self.converter = converter
        let isUnknown = unsafe needsConverter && converter == nil
        self.encoding = isUnknown ? .windows1252 : encoding
    }

    deinit {
        if let converter = unsafe converter { unsafe iconv_close(converter) }
    }

    /// Decodes the next octets.
    ///
    /// - Parameters:
    ///   - bytes: The octets that have come.
    ///   - output: Gets the UTF-8, appended.
    public mutating func decode(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        if rest.isEmpty {
            decodeWhole(bytes, into: &output)
        } else {
            var all = rest
            for index in bytes.indices { all.append(bytes[index]) }
            rest = []
            decodeWhole(all.span, into: &output)
        }
    }

    /// The end of the text: an incomplete character is malformed.
    ///
    /// - Parameter output: Gets the UTF-8, appended.
    public mutating func finish(into output: inout [UInt8]) {
        if !rest.isEmpty { output += Self.replacement }
        rest = []
    }

    /// Decodes a text that is there as a whole.
    static func string(_ bytes: [UInt8], _ encoding: HTMLEncoding) -> String {
        if encoding == .utf8 { return String(decoding: bytes, as: UTF8.self) }
        var decoder = TextDecoder(encoding)
        var output: [UInt8] = []
        decoder.decode(bytes.span, into: &output)
        decoder.finish(into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static let replacement: [UInt8] = [0xef, 0xbf, 0xbd]

    private mutating func decodeWhole(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        if encoding == .utf8 {
            decodeUTF8(bytes, into: &output)
        } else if encoding == .windows1252 {
            for index in bytes.indices { Self.appendWindows1252(bytes[index], to: &output) }
        } else {
            convert(bytes, into: &output)
        }
    }

    private mutating func decodeUTF8(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        // The last character may be incomplete: at most three octets of it have come.
        var end = bytes.count
        var back = 1
        while back <= min(3, bytes.count) {
            let byte = bytes[bytes.count - back]
            if byte & 0xc0 != 0x80 {
                let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
                if length > back { end = bytes.count - back }
                break
            }
            back += 1
        }
        for index in end..<bytes.count { rest.append(bytes[index]) }
        let whole = bytes.extracting(..<end)
        if (try? UTF8Span(validating: whole)) != nil {
            unsafe whole.withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
        } else {
            let text = unsafe whole.withUnsafeBufferPointer {
                unsafe String(decoding: unsafe $0, as: UTF8.self)
            }
            output.append(contentsOf: text.utf8)
        }
    }

    private mutating func convert(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        guard let converter = unsafe converter else { return }
        unsafe bytes.withUnsafeBytes { input in
            var start = 0
            while start < input.count {
                let room = min(4 * (input.count - start) + 16, 1 << 16)
                var left = input.count - start
                var free = room
                var failed = false
                var reason: Int32 = 0
                let chunk = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                    let result = unsafe twine_iconv(
                        converter,
                        input.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self),
                        &left,
                        UnsafeMutableRawPointer(buffer.baseAddress)?
                            .assumingMemoryBound(to: CChar.self), &free)
                    failed = result == -1
                    reason = errno
                    count = room - free
                }
                output += chunk
                start = input.count - left
                guard failed, reason != E2BIG else { continue }
                if reason == EINVAL {
                    // Incomplete, not malformed; no character is longer than this.
                    if left <= 8 { rest = unsafe Array(input[start...]) }
                    return
                }
                output += Self.replacement
                start += 1
            }
        }
    }

    private static func appendWindows1252(_ byte: UInt8, to output: inout [UInt8]) {
        guard byte >= 0x80 else { return output.append(byte) }
        let scalar = byte < 0xa0 ? windows1252[Int(byte - 0x80)] : UInt16(byte)
        if scalar < 0x800 {
            output.append(0xc0 | UInt8(scalar >> 6))
        } else {
            output.append(0xe0 | UInt8(scalar >> 12))
            output.append(0x80 | UInt8(scalar >> 6 & 0x3f))
        }
        output.append(0x80 | UInt8(scalar & 0x3f))
    }

    /// What the octets 0x80 to 0x9f stand for.
    static let windows1252: [UInt16] = [
        0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039,
        0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
        0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
    ]
}
