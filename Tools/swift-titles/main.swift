import ToolKit

SwiftTitles.main()
