// The functions of libpcre2-8 that are called; see Sources/CLazy.
LAZY(pcre2_code_free_8)
LAZY(pcre2_compile_8)
LAZY(pcre2_get_error_message_8)
LAZY(pcre2_match_8)
LAZY(pcre2_match_data_create_8)
LAZY(pcre2_match_data_free_8)
