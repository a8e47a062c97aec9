Dig.main()
