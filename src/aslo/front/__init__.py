"""The web server in front: nginx's configuration for the settings of this site."""
