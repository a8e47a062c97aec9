@testable import swift_wget

/// What wget 1.21.3 printed as dots, with a clock and a network that were told what to do.
let wgetDots: [DotScenario] = [
    DotScenario(
        what: "small", style: .init(), initial: 0, total: 10000,
        pieces: [(0.1, 1000, 1), (0.3, 2000, 1), (0.3, 3000, 1), (0.05, 100, 1), (0.3, 3900, 1)],
        lines: [
            "",
            "     0K .........                                             100% 9.30K=1.1s",
            "",
        ]),
    DotScenario(
        what: "two rows", style: .init(), initial: 0, total: 120000,
        pieces: [(0.01, 8192, 14), (1.0, 5312, 1)],
        lines: [
            "",
            "     0K .......... .......... .......... .......... .......... 42%  714K 0s",
            "    50K .......... .......... .......... .......... .......... 85%  833K 0s",
            "   100K .......... .......                                    100% 17.0K=1.1s",
            "",
        ]),
    DotScenario(
        what: "no length", style: .init(), initial: 0, total: nil,
        pieces: [(0.5, 8192, 8)],
        lines: [
            "",
            "     0K .......... .......... .......... .......... .......... 14.3K",
            "    50K .......... ....                                        28.0K=4.0s",
            "",
        ]),
    DotScenario(
        what: "resumed", style: .init(), initial: 123456, total: 300000,
        pieces: [(0.01, 8192, 10)],
        lines: [
            "",
            "        [ skipping 100K ]",
            "   100K ,,,,,,,,,, ,,,,,,,,,, .......... .......... .......... 51% 1.22M 0s",
            "   150K .......... .......... .......... .......... .......... 68%  833K 0s",
            "   200K                                                        68% 1.05T=0.1s",
            "",
        ]),
    DotScenario(
        what: "far resumed", style: .init(), initial: 3_000_000_000, total: 3_000_100_000,
        pieces: [(0.01, 8192, 9)],
        lines: [
            "",
            "         [ skipping 2929650K ]",
            "2929650K ,,,,,,,,,, ,,,,,,,,,, ,,,,,,,,,, ,,,,,,,... .......... 99% 2.44M 0s",
            "2929700K .......... .......... .......... .......... .......... 99%  833K 0s",
            "2929750K .........                                              99%  950K=0.09s",
            "",
        ]),
    DotScenario(
        what: "bits", style: .init(), initial: 0, total: 60000, reportsBits: true,
        pieces: [(0.1, 8192, 7)],
        lines: [
            "",
            "     0K .......... .......... .......... .......... .......... 85%  585K 0s",
            "    50K ......                                                 95% 98.3T=0.7s",
            "",
        ]),
    DotScenario(
        what: "binary", style: .binary, initial: 0, total: 500000,
        pieces: [(0.01, 8192, 61)],
        lines: [
            "",
            "     0K ................ ................ ................ 78%  800K 0s",
            "   384K .............                                      99%  800K=0.6s",
            "",
        ]),
    DotScenario(
        what: "mega", style: .mega, initial: 0, total: 4_000_000,
        pieces: [(0.001, 8192, 488), (0.001, 2304, 1)],
        lines: [
            "",
            "     0K ........ ........ ........ ........ ........ ........ 78% 7.81M 0s",
            "  3072K ........ .....                                       100% 7.76M=0.5s",
            "",
        ]),
    DotScenario(
        what: "giga", style: .giga, initial: 0, total: 34_000_000,
        pieces: [(0.001, 8192, 4150), (0.001, 3200, 1)],
        lines: [
            "",
            "     0K ........ ........ ........ ........ 98% 7.81M 0s",
            " 32768K                                    100% 7.73M=4.2s",
            "",
        ]),
    DotScenario(
        what: "slow", style: .init(), initial: 0, total: 1_000_000,
        pieces: [(30.0, 8192, 7)],
        lines: [
            "",
            "     0K .......... .......... .......... .......... ..........  5%  244  64m52s",
            "    50K ......                                                  5% 11.2T=3m30s",
            "",
        ]),
]
