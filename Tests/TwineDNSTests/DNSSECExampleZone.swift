@testable import TwineDNS

/// What the RFCs print of the zone `example.`, as their examples of denials need it.
enum DNSSECExampleZone {
    /// The key of RFC 4035 appendix A.
    static let nsecKey = """
        256 3 5 AQOy1bZVvpPqhg4j7EJoM9rI3ZmyEx2OzDBVrZy/lvI5CQePxXHZS4i8dANH4DX3tbHol61ek8EFMcsGXxK\
        ciJFHyhl94C+NwILQdzsUlSFovBZsyl/NX6yEbtw/xN9ZNcrbYvgjjZ/UVPZIySFNsgEYvh0z2542lzMKR4Dh8uZffQ==
        """

    /// Records of RFC 4035 appendix B.
    static let nsec = """
        example. 3600 SOA ns1.example. bugs.x.w.example. 1081539377 3600 300 3600000 3600
        example. 3600 RRSIG SOA 5 1 3600 20040509183619 20040409183619 38519 example. (
            ONx0k36rcjaxYtcNgq6iQnpNV5+drqYAsC9h7TSJaHCqbhE67Sr6aH2xDUGcqQWu/n0UVzrFvkgO
            9ebarZ0GWDKcuwlM6eNB5SiX2K74l5LWDA7S/Un/IbtDq4Ay8NMNLQI7Dw7n4p8/rjkBjV7j86Hy
            QgM5e7+miRAz8V01b0I= )
        example. 3600 NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY
        example. 3600 RRSIG NSEC 5 1 3600 20040509183619 20040409183619 38519 example. (
            O0k558jHhyrC97ISHnislm4kLMW48C7U7cBmFTfhke5iVqNRVTB1STLMpgpbDIC9hcryoO0VZ9ME
            5xPzUEhbvGnHd5sfzgFVeGxr5Nyyq4tWSDBgIBiLQUv1ivy29vhXy7WgR62dPrZ0PWvmjfFJ5arX
            f4nPxp/kEowGgBRzY/U= )
        b.example. 3600 NSEC ns1.example. NS RRSIG NSEC
        b.example. 3600 RRSIG NSEC 5 2 3600 20040509183619 20040409183619 38519 example. (
            GNuxHn844wfmUhPzGWKJCPY5ttEX/RfjDoOx9ueK1PtYkOWKOOdiJ/PJKCYB3hYX+858dDWSxb2q
            nV/LSTCNVBnkm6owOpysY97MVj5VQEWs0lm9tFoqjcptQkmQKYPrwUnCSNwvvclSF1xZvhRXgWT7
            OuFXldoCG6TfVFMs9xE= )
        ns1.example. 3600 NSEC ns2.example. A RRSIG NSEC
        ns1.example. 3600 RRSIG NSEC 5 2 3600 20040509183619 20040409183619 38519 example. (
            I4hj+Kt6+8rCcHcUdolks2S+Wzri9h3fHas81rGN/eILdJHN7JpV6lLGPIh/8fIBkfvdyWnBjjf1
            q3O7JgYO1UdI7FvBNWqaaEPJK3UkddBqZIaLi8Qr2XHkjq38BeQsbp8X0+6h4ETWSGT8IZaIGBLr
            yQWGLw6Y6X8dqhlnxJM= )
        x.y.w.example. 3600 NSEC xx.example. MX RRSIG NSEC
        x.y.w.example. 3600 RRSIG NSEC 5 4 3600 20040509183619 20040409183619 38519 example. (
            OvE6WUzN2ziieJcvKPWbCAyXyP6ef8cr6CspArVSTzKSquNwbezZmkU7E34o5lmb6CWSSSpgxw09
            8kNUFnHcQf/LzY2zqRomubrNQhJTiDTXa0ArunJQCzPjOYq5t0SLjm6qp6McJI1AP5VrQoKqJDCL
            noAlcPOPKAm/jJkn3jk= )
        *.w.example. 3600 NSEC x.w.example. MX RRSIG NSEC
        *.w.example. 3600 RRSIG NSEC 5 2 3600 20040509183619 20040409183619 38519 example. (
            r/mZnRC3I/VIcrelgIcteSxDhtsdlTDt8ng9HSBlABOlzLxQtfgTnn8f+aOwJIAFe1Ee5RvU5cVh
            QJNP5XpXMJHfyps8tVvfxSAXfahpYqtx91gsmcV/1V9/bZAG55CefP9cM4Z9Y9NT9XQ8s1InQ2Uo
            Iv6tJEaaKkP701j8OLA= )
        a.z.w.example. 3600 MX 1 ai.example.
        a.z.w.example. 3600 RRSIG MX 5 2 3600 20040509183619 20040409183619 38519 example. (
            OMK8rAZlepfzLWW75Dxd63jy2wswESzxDKG2f9AMN1CytCd10cYISAxfAdvXSZ7xujKAtPbctvOQ
            2ofO7AZJ+d01EeeQTVBPq4/6KCWhqe2XTjnkVLNvvhnc0u28aoSsG0+4InvkkOHknKxw4kX18MMR
            34i8lC36SR5xBni8vHI= )
        """

    /// The key of RFC 5155 appendix A.
    static let nsec3Key = """
        256 3 7 AwEAAaetidLzsKWUt4swWR8yu0wPHPiUi8LUsAD0QPWU+wzt89epO6tHzkMBVDkC7qphQO2hTY4hHn9npWF\
        Rw5BYubE=
        """

    /// Records of RFC 5155 appendix B.
    static let nsec3 = """
        example. 3600 SOA ns1.example. bugs.x.w.example. 1 3600 300 3600000 3600
        example. 3600 RRSIG SOA 7 1 3600 20150420235959 20051021000000 40430 example. (
            Hu25UIyNPmvPIVBrldN+9Mlp9Zql39qaUd8iq4ZLlYWfUUbbAS41pG+68z81q1xhkYAcEyHdVI2L
            mKusbZsT0Q== )
        0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 NSEC3 1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA MX RRSIG DNSKEY NSEC3PARAM
        0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 20051021000000 40430 example. (
            OSgWSm26B+cS+dDL8b5QrWr/dEWhtCsKlwKLIBHYH6blRxK9rC0bMJPwQ4mLIuw85H2EY762BOCX
            JZMnpuwhpA== )
        b4um86eghhds6nea196smvmlo4ors995.example. 3600 NSEC3 1 1 12 aabbccdd gjeqe526plbf1g8mklp59enfd789njgi MX RRSIG
        b4um86eghhds6nea196smvmlo4ors995.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 20051021000000 40430 example. (
            ZkPG3M32lmoHM6pa3D6gZFGB/rhL//Bs3Omh5u4m/CUiwtblEVOaAKKZd7S959OeiX43aLX3pOv0
            TSTyiTxIZg== )
        35mthgpgcu1qg68fab165klnsnk3dpvl.example. 3600 NSEC3 1 1 12 aabbccdd b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG
        35mthgpgcu1qg68fab165klnsnk3dpvl.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 20051021000000 40430 example. (
            g6jPUUpduAJKRljUsN8gB4UagAX0NxY9shwQAynzo8EUWH+z6hEIBlUTPGj15eZll6VhQqgZXtAI
            R3chwgW+SA== )
        2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 NSEC3 1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG
        2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 20051021000000 40430 example. (
            OmBvJ1Vgg1hCKMXHFiNeIYHK9XVW0iLDLwJN4TFoNxZuP03gAXEI634YwOc4YBNITrj413iqNI6m
            Rk/r1dOSUw== )
        ji6neoaepv8b5o6k4ev33abha8ht9fgc.example. 3600 NSEC3 1 1 12 aabbccdd k8udemvp1j2f7eg6jebps17vp3n8i58h
        ji6neoaepv8b5o6k4ev33abha8ht9fgc.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 20051021000000 40430 example. (
            gPkFp1s2QDQ6wQzcg1uSebZ61W33rUBDcTj72F3kQ490fEdp7k1BUIfbcZtPbX3YCpE+sIt0MpzV
            SKfTwx4uYA== )
        k8udemvp1j2f7eg6jebps17vp3n8i58h.example. 3600 NSEC3 1 1 12 aabbccdd kohar7mbb8dc2ce8a9qvl8hon4k53uhi
        k8udemvp1j2f7eg6jebps17vp3n8i58h.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 20051021000000 40430 example. (
            FtXGbvF0+wf8iWkyo73enAuVx03klN+pILBKS6qCcftVtfH4yVzsEZquJ27NHR7ruxJWDNMtOtx7
            w9WfcIg62A== )
        q04jkcevqvmu85r014c7dkba38o0ji5r.example. 3600 NSEC3 1 1 12 aabbccdd r53bq7cc2uvmubfu5ocmm6pers9tk9en A RRSIG
        q04jkcevqvmu85r014c7dkba38o0ji5r.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 20051021000000 40430 example. (
            hV5I89b+4FHJDATp09g4bbN0R1F845CaXpL3ZxlMKimoPAyqletMlEWwLfFia7sdpSzn+ZlNNlkx
            WcLsIlMmUg== )
        r53bq7cc2uvmubfu5ocmm6pers9tk9en.example. 3600 NSEC3 1 1 12 aabbccdd t644ebqk9bibcna874givr6joj62mlhv MX RRSIG
        r53bq7cc2uvmubfu5ocmm6pers9tk9en.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 20051021000000 40430 example. (
            aupviViruXs4bDg9rCbezzBMf9h1ZlDvbW/CZFKulIGXXLj8B/fsDJarXVDA9bnUoRhEbKp+HF1F
            WKW7RIJdtQ== )
        a.z.w.example. 3600 MX 1 ai.example.
        a.z.w.example. 3600 RRSIG MX 7 2 3600 20150420235959 20051021000000 40430 example. (
            CikebjQwGQPwijVcxgcZcSJKtfynugtlBiKb9FcBTrmOoyQ4InoWVudhCWsh/URX3lc4WRUMivEB
            P6+4KS3ldA== )
        """

    /// The denial by the records of these owners, whose signatures are checked.
    static func denial(
        _ text: String, _ key: String, now: UInt32, _ owners: [String]
    ) throws -> DNSSECDenial {
        let zone = try dnsName("example")
        let keys = try zoneRecords("example. DNSKEY \(key)").compactMap { DNSSECKey($0) }
        let wanted = try owners.map { try dnsName("\($0)example") }
        var budget = DNSSECBudget()
        var found: [DNSRecord] = []
        for set in DNSRecordSet.sets(of: try zoneRecords(text)) where wanted.contains(set.name) {
            let outcome = set.verify(by: keys, of: zone, now: now, budget: &budget)
            if case .valid = outcome { found += set.records }
        }
        return DNSSECDenial(zone: zone, found)
    }
}
