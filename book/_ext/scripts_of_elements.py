"""The script of a custom element goes only to the pages that have the element."""

SCRIPTS = {"<next-word": "next_word.js"}


def add_scripts(app, pagename, templatename, context, doctree):
    for tag, script in SCRIPTS.items():
        if tag in context.get("body", ""):
            app.add_js_file(script, defer="defer")


def setup(app):
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
