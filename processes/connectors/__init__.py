"""Connectors: live facts and acts from the web services of shops and carriers.

A *definition* (data) says how a service speaks, a *connection* where it is and with which secret, a *capability* what a
process may ask whoever answers. `reader.interpret` maps an answer, `client` fetches it within three seconds, `service`
puts both behind `Connectors.read` and `Connectors.act`, which never raise because a service misbehaves.
"""
