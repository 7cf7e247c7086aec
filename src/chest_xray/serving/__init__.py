"""The HTTP service and its page: radiographs in, answers of one deployable file out.

Needs the extra ``serve``; heat maps need the extra ``heat-maps`` too. Research and teaching; not a
medical device.
"""
