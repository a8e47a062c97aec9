// The mail servers of domains: `example-mx example.org example.net`.
import Twine

react { domains in
    for domain in domains {
        for record in try await DNSResolver.shared.query(domain, .mx).value {
            print(domain, record.rdataText(), separator: "\t")
        }
    }
}
