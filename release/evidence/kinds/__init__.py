"""One module per evidence kind; each offers `KIND`. Names are known by file name, without importing."""
