// swift-wget: what the program does is in Wget.swift.
