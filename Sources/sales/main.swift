print("sales")
