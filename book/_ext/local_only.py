"""Remove what jupyter-book adds for Thebe, which this book does not use.

It declares a loader twice (an error in every page's console) and points to another host.
"""


def drop_thebe(app, pagename, templatename, context, doctree):
    def is_thebe(file):
        body = getattr(file, "attributes", {}).get("body") or ""
        return "sphinx-thebe" in str(file.filename) or "THEBE" in body

    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context.get(kind, []) if not is_thebe(file)]


def setup(app):
    app.connect("html-page-context", drop_thebe, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
