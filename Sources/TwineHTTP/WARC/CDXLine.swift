/// One line of an archive's index.
///
/// The columns are those of GNU Wget: URL, date, URL, media type, status, digest of the body, redirect, meta
/// tags (never any), offset, file, record.
public struct CDXLine: Equatable, Sendable, CustomStringConvertible {
    /// The line before the first one: which columns there are.
    public static let header = " CDX a b a m s k r M V g u"

    /// The URL that was fetched.
    public var url: String
    /// When.
    public var date: WARCDate
    /// The media type of the body.
    public var mediaType: String?
    /// The status of the response.
    public var status: Int
    /// The SHA-1 of the body.
    public var digest: [UInt8]?
    /// Where the response redirects to.
    public var location: String?
    /// Where the record begins in its file.
    public var offset: Int
    /// The file.
    public var file: String
    /// The record's name.
    public var id: WARCRecordID

    /// The line, without its end.
    public var description: String {
        let address = Self.column(url)
        return [
            address, date.digits, address, Self.column(mediaType), String(status),
            digest.map(Base32.encode) ?? "-", Self.column(location), "-", String(offset),
            Self.column(file), id.description,
        ].joined(separator: " ")
    }

    /// A value that has nothing in it that parts columns or lines.
    private static func column(_ value: String?) -> String {
        guard let value, !value.isEmpty else { return "-" }
        guard value.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { return value }
        var octets: [UInt8] = []
        for octet in value.utf8 {
            if octet > 0x20, octet != 0x7F {
                octets.append(octet)
            } else {
                let digits = String(octet, radix: 16, uppercase: true)
                octets += Array("%\(octet < 16 ? "0" : "")\(digits)".utf8)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
