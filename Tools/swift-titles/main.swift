import ToolOptions

SwiftTitles.main()
