"""What every request passes before a surface sees it: hosts, origins, repeated headers, codings."""
