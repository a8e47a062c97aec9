@testable import swift_wget

/// What wget 1.21.3 drew on a pseudo terminal, with a clock and a network that were told what to
/// do.
///
/// Pictures are without the carriage returns before them.
let wgetBars: [BarScenario] = [
    BarScenario(
        what: "a small file", name: "file.bin", initial: 0, total: 10000, columns: 80,
        steps: [
            .octets(1000, at: 0.1), .octets(2000, at: 0.4), .octets(3000, at: 0.7),
            .octets(100, at: 0.75), .octets(3900, at: 1.05),
        ],
        pictures: [
            "file.bin              0%[                    ]       0  --.-KB/s               ",
            "file.bin             30%[=====>              ]   2.93K  7.32KB/s               ",
            "file.bin             60%[===========>        ]   5.86K  8.37KB/s               ",
            "file.bin            100%[===================>]   9.77K  9.30KB/s               ",
            "file.bin            100%[===================>]   9.77K  9.30KB/s    in 1.1s    ",
        ]),
    BarScenario(
        what: "the least room", name: "file.bin", initial: 0, total: 10000, columns: 40,
        steps: [.octets(1000, at: 0.1), .octets(2000, at: 0.4), .octets(7000, at: 0.7)],
        pictures: [
            "file.bin       0%       0  --.-KB/s               ",
            "file.bin      30%   2.93K  7.32KB/s               ",
            "file.bin     100%   9.77K  14.0KB/s               ",
            "file.bin     100%   9.77K  14.0KB/s    in 0.7s    ",
        ]),
    BarScenario(
        what: "much room", name: "a-very-long-name-of-a-file-that-does-not-fit.tar.gz", initial: 0,
        total: 3_000_000, columns: 200,
        steps: [
            .octets(8192, at: 3.5), .octets(8192, at: 7.0), .octets(8192, at: 10.5),
            .octets(8192, at: 14.0), .octets(8192, at: 14.2),
        ],
        pictures: [
            "a-very-long-name-of-a-file-that-does-not-fit.tar.   0%[                                                                                                              ]       0  --.-KB/s               ",
            "a-very-long-name-of-a-file-that-does-not-fit.tar.   0%[                                                                                                              ]   8.00K  2.29KB/s    eta 21m 18s",
            "a-very-long-name-of-a-file-that-does-not-fit.tar.   0%[                                                                                                              ]  16.00K  2.29KB/s    eta 21m 15s",
            "a-very-long-name-of-a-file-that-does-not-fit.tar.   0%[                                                                                                              ]  24.00K  2.29KB/s    eta 21m 11s",
            "a-very-long-name-of-a-file-that-does-not-fit.tar.   1%[>                                                                                                             ]  32.00K  2.29KB/s    eta 21m 8s ",
            "a-very-long-name-of-a-file-that-does-not-fit.tar.   1%[>                                                                                                             ]  40.00K  2.82KB/s    in 14s     ",
        ]),
    BarScenario(
        what: "a name that runs", name: "a-very-long-name-of-a-file-that-does-not-fit.tar.gz",
        initial: 0, total: 100000, columns: 80,
        steps: [
            .octets(1000, at: 0.25), .octets(1000, at: 0.5), .octets(1000, at: 0.75),
            .octets(1000, at: 1.0), .octets(2000, at: 1.25), .octets(2000, at: 1.5),
        ],
        pictures: [
            "          a-very-lo   0%[                    ]       0  --.-KB/s               ",
            "         a-very-lon   1%[                    ]    1000  3.91KB/s               ",
            "        a-very-long   2%[                    ]   1.95K  3.91KB/s               ",
            "       a-very-long-   3%[                    ]   2.93K  3.91KB/s               ",
            "      a-very-long-n   4%[                    ]   3.91K  3.91KB/s               ",
            "     a-very-long-na   6%[>                   ]   5.86K  4.69KB/s               ",
            "    a-very-long-nam   8%[>                   ]   7.81K  5.21KB/s               ",
            "a-very-long-name-of   8%[>                   ]   7.81K  5.21KB/s    in 1.5s    ",
        ]),
    BarScenario(
        what: "a name that stands", name: "a-very-long-name-of-a-file-that-does-not-fit.tar.gz",
        initial: 0, total: 100000, columns: 80,
        scrolls: false,
        steps: [.octets(1000, at: 0.25), .octets(1000, at: 0.5)],
        pictures: [
            "a-very-long-name-of   0%[                    ]       0  --.-KB/s               ",
            "a-very-long-name-of   1%[                    ]    1000  3.91KB/s               ",
            "a-very-long-name-of   2%[                    ]   1.95K  3.91KB/s               ",
            "a-very-long-name-of   2%[                    ]   1.95K  3.91KB/s    in 0.5s    ",
        ]),
    BarScenario(
        what: "no length", name: "file.bin", initial: 0, total: nil, columns: 80,
        steps: [
            .octets(1000, at: 0.21), .octets(1000, at: 0.42), .octets(1000, at: 0.63),
            .octets(1000, at: 0.84), .octets(1000, at: 1.05), .octets(1000, at: 1.26),
            .octets(1000, at: 1.47), .octets(1000, at: 1.68),
        ],
        pictures: [
            "file.bin                [<=>                 ]       0  --.-KB/s               ",
            "file.bin                [ <=>                ]    1000  4.65KB/s               ",
            "file.bin                [  <=>               ]   1.95K  4.65KB/s               ",
            "file.bin                [   <=>              ]   2.93K  4.65KB/s               ",
            "file.bin                [    <=>             ]   3.91K  4.65KB/s               ",
            "file.bin                [     <=>            ]   4.88K  4.65KB/s               ",
            "file.bin                [      <=>           ]   5.86K  4.65KB/s               ",
            "file.bin                [       <=>          ]   6.84K  4.65KB/s               ",
            "file.bin                [        <=>         ]   7.81K  4.65KB/s               ",
            "file.bin                [         <=>        ]   7.81K  4.65KB/s    in 1.7s    ",
        ]),
    BarScenario(
        what: "resumed", name: "file.bin", initial: 4000, total: 10000, columns: 80,
        steps: [.octets(1000, at: 0.2), .octets(2000, at: 0.4)],
        pictures: [
            "file.bin             40%[++++++++            ]   3.91K  --.-KB/s               ",
            "file.bin             50%[++++++++=>          ]   4.88K  4.88KB/s               ",
            "file.bin             70%[++++++++=====>      ]   6.84K  7.32KB/s               ",
            "file.bin             70%[++++++++=====>      ]   6.84K  7.32KB/s    in 0.4s    ",
        ]),
    BarScenario(
        what: "remaining time", name: "file.bin", initial: 0, total: 5_000_000, columns: 80,
        steps: [
            .octets(8192, at: 1.5), .octets(8192, at: 3.0), .octets(8192, at: 4.5),
            .octets(1, at: 5.0), .octets(1, at: 5.6), .octets(8192, at: 25.6),
        ],
        pictures: [
            "file.bin              0%[                    ]       0  --.-KB/s               ",
            "file.bin              0%[                    ]   8.00K  5.33KB/s               ",
            "file.bin              0%[                    ]  16.00K  5.33KB/s               ",
            "file.bin              0%[                    ]  24.00K  5.33KB/s    eta 15m 11s",
            "file.bin              0%[                    ]  24.00K  4.80KB/s    eta 15m 11s",
            "file.bin              0%[                    ]  24.00K  4.29KB/s    eta 18m 54s",
            "file.bin              0%[                    ]  32.00K  1.25KB/s    eta 64m 40s",
            "file.bin              0%[                    ]  32.00K  1.25KB/s    in 26s     ",
        ]),
    BarScenario(
        what: "a stall", name: "file.bin", initial: 0, total: 100000, columns: 80,
        steps: [
            .octets(1000, at: 0.2), .octets(0, at: 1.15), .octets(0, at: 2.1), .octets(0, at: 3.05),
            .octets(0, at: 4.0), .octets(0, at: 4.95), .octets(0, at: 5.9), .octets(0, at: 6.85),
            .octets(1000, at: 7.8), .octets(500, at: 7.9),
        ],
        pictures: [
            "file.bin              0%[                    ]       0  --.-KB/s               ",
            "file.bin              1%[                    ]    1000  4.88KB/s               ",
            "file.bin              1%[                    ]    1000   870 B/s               ",
            "file.bin              1%[                    ]    1000   476 B/s               ",
            "file.bin              1%[                    ]    1000   328 B/s    eta 5m 2s  ",
            "file.bin              1%[                    ]    1000   250 B/s    eta 5m 2s  ",
            "file.bin              1%[                    ]    1000   202 B/s    eta 8m 10s ",
            "file.bin              1%[                    ]    1000  --.-KB/s    eta 8m 10s ",
            "file.bin              1%[                    ]    1000  --.-KB/s    eta 11m 18s",
            "file.bin              2%[                    ]   1.95K  1000 B/s    eta 11m 18s",
            "file.bin              2%[                    ]   2.44K  1.33KB/s    in 7.9s    ",
        ]),
    BarScenario(
        what: "bits", name: "file.bin", initial: 0, total: 1_000_000, columns: 80,
        reportsBits: true,
        steps: [.octets(8192, at: 0.2), .octets(8192, at: 0.4), .octets(8192, at: 0.6)],
        pictures: [
            "file.bin              0%[                    ]       0  --.-KB/s               ",
            "file.bin              0%[                    ]   8.00K   328Kb/s               ",
            "file.bin              1%[                    ]  16.00K   328Kb/s               ",
            "file.bin              2%[                    ]  24.00K   328Kb/s    in 0.6s    ",
        ]),
    BarScenario(
        what: "another width", name: "file.bin", initial: 0, total: 100000, columns: 80,
        steps: [
            .octets(1000, at: 0.2), .resize(100), .octets(1000, at: 0.25), .resize(60),
            .octets(1000, at: 0.45),
        ],
        pictures: [
            "file.bin              0%[                    ]       0  --.-KB/s               ",
            "file.bin              1%[                    ]    1000  4.88KB/s               ",
            "file.bin                   2%[                                   ]   1.95K  7.81KB/s               ",
            "file.bin         3%[     ]   2.93K  6.51KB/s               ",
            "file.bin         3%[     ]   2.93K  6.51KB/s    in 0.5s    ",
        ]),
    BarScenario(
        what: "more than ten seconds", name: "f", initial: 0, total: 3000, columns: 60,
        steps: [.octets(1000, at: 4.0), .octets(1000, at: 8.0), .octets(1000, at: 12.0)],
        pictures: [
            "f                0%[     ]       0  --.-KB/s               ",
            "f               33%[>    ]    1000   250 B/s    eta 8s     ",
            "f               66%[==>  ]   1.95K   250 B/s    eta 4s     ",
            "f              100%[====>]   2.93K   250 B/s    eta 0s     ",
            "f              100%[====>]   2.93K   250 B/s    in 12s     ",
        ]),
    BarScenario(
        what: "a wide name", name: "日本語のとても長いファイルの名前.txt", initial: 0, total: 3000, columns: 80,
        steps: [.octets(500, at: 0.25), .octets(500, at: 0.5), .octets(500, at: 0.75)],
        pictures: [
            "          日本語の    0%[                    ]       0  --.-KB/s               ",
            "         日本語のと  16%[==>                 ]     500  1.95KB/s               ",
            "        日本語のと   33%[=====>              ]    1000  1.95KB/s               ",
            "       日本語のとて  50%[=========>          ]   1.46K  1.95KB/s               ",
            "日本語のとても長い   50%[=========>          ]   1.46K  1.95KB/s    in 0.8s    ",
        ]),
    BarScenario(
        what: "marks and controls", name: "éa\u{1}b", initial: 0, total: 3000, columns: 80,
        steps: [.octets(3000, at: 0.25)],
        pictures: [
            "e%cc%81a%01b          0%[                    ]       0  --.-KB/s               ",
            "e%cc%81a%01b        100%[===================>]   2.93K  11.7KB/s               ",
            "e%cc%81a%01b        100%[===================>]   2.93K  11.7KB/s    in 0.2s    ",
        ]),
    BarScenario(
        what: "one octet", name: "f", initial: 0, total: 1, columns: 80,
        steps: [.octets(1, at: 0.0)],
        pictures: [
            "f                     0%[                    ]       0  --.-KB/s               ",
            "f                   100%[===================>]       1  --.-KB/s    in 0s      ",
        ]),
]
