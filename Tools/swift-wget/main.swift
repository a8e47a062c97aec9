Wget.main()
