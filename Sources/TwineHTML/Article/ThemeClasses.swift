/// The class names by which the themes of common generators mark what stands where.
enum ThemeClasses {
    /// Of the title of an article in a list, or of its link: WordPress, Blogger, Jekyll, Hugo, Ghost,
    /// Hexo, Pelican, Eleventy, Movable Type, Substack, Medium, Tumblr and others.
    private static let titles: Set<String> = [
        "entry-title", "post-title", "article-title", "blog-title-link", "entry__title",
        "post__title", "article__title", "post-link", "postlink", "entry-link", "article-link",
        "post-card-content-link", "post-card-title", "post-card-image-link", "gh-card-link",
        "gh-card-title", "post-preview-title", "post-preview__title", "card-title", "blog-title",
        "post-entry-title", "post-header-title", "archive-item-link", "title-link", "listing-title",
        "entry-header", "wp-block-post-title", "post-item-title", "article-header", "index-title",
        "summary-title-link", "blogarticle-title", "posttitle", "entrytitle", "p-name",
        "post_title", "article_title", "asset-name", "story-title", "news-title", "permalink",
    ]
    /// Of an article, or its summary, as a whole.
    private static let articles: Set<String> = [
        "post", "entry", "article", "hentry", "h-entry", "post-card", "gh-card", "post-preview",
        "entry-header", "post-header", "article-header", "blog-post", "type-post", "post-item",
    ]
    /// Of what is not the content, as whole words of a class or id.
    private static let boilerplate: Set<String> = [
        "nav", "navbar", "navigation", "menu", "topnav", "subnav", "breadcrumb", "breadcrumbs",
        "sidebar", "side-bar", "footer", "site-footer", "site-header", "masthead", "widget",
        "widgets", "widget-area", "pagination", "pager", "paging", "tags", "tag-list", "taglist",
        "tag-cloud", "tagcloud", "categories", "category-list", "cat-links", "tags-links",
        "post-tags", "share", "sharing", "social", "social-links", "comments", "comment-list",
        "respond", "blogroll", "related", "related-posts", "cookie", "cookies", "cookie-banner",
        "byline", "author", "post-author", "entry-meta-author", "skip-link", "search",
        "search-form", "toc", "language-switcher", "advertisement", "ads", "newsletter",
        "subscribe", "post-meta-tags", "archive-list", "entry-categories", "postmetadata",
    ]
    private static let boilerplateParts = [
        "sidebar", "site-nav", "main-nav", "nav-menu", "navigation", "site-footer", "site-header",
        "breadcrumb", "pagination", "tag-cloud", "social-", "share-", "-widget", "widget-",
        "global-header", "global-footer",
    ]

    static func areTitle(_ classes: [String]) -> Bool { classes.contains { titles.contains($0) } }

    static func areArticle(_ classes: [String]) -> Bool {
        classes.contains { articles.contains($0) }
    }

    static func areBoilerplate(_ classes: [String]) -> Bool {
        classes.contains { name in
            boilerplate.contains(name)
                || name.utf8.count > 6 && boilerplateParts.contains { name.contains($0) }
        }
    }
}
