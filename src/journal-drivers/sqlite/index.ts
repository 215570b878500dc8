// sqlite: the journal in a file that all processes of one machine share.
export {}
